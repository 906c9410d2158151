/**
 * Configuration and folder are followed while the server runs (interface.md "Configuration file"): however a save is
 * made, the tree follows and waiters wake. Nothing here sleeps: a waiting request tells when a change has arrived.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, inject, it } from "vitest";
import { headerValues, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const instance = "/computeMetadata/v1/instance";
const folder = mkdtempSync(join(tmpdir(), "gce-metadata-reload-"));
let server: RunningServer | undefined;

afterEach(() => server?.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

const config = (color: string, more: object = {}) =>
  JSON.stringify({ metadata: { instance: { attributes: { color } } }, ...more });

function read(target: string, timeoutMs = 25_000): Promise<RawResponse> {
  const headers = [
    ["Host", "metadata.google.internal"],
    ["Metadata-Flavor", "Google"],
  ] as const;
  return rawRequest(server?.port ?? 0, { target: instance + target, headers }, { timeoutMs });
}

/** Makes a change and resolves to the value that the wait for it ends with. */
async function after(path: string, change: () => void): Promise<string> {
  const etag = headerValues(await read(path), "ETag")[0];
  change();
  const mark = path.includes("?") ? "&" : "?";
  return (await read(`${path}${mark}wait_for_change=true&last_etag=${etag}&timeout_sec=20`)).body.toString();
}

function newFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function saveByRename(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

/** As the kubelet writes a ConfigMap: files are links into `..data`, a link that is swapped for a new folder. */
function mountConfigMap(path: string, version: string, files: Readonly<Record<string, string>>): void {
  const data = join(path, `..${version}`);
  mkdirSync(data, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, name), text);
  symlinkSync(`..${version}`, join(path, "..data_tmp"));
  renameSync(join(path, "..data_tmp"), join(path, "..data"));
}

async function startWith(flags: readonly string[]): Promise<void> {
  server = await startServer(runtime, { flags });
}

const fileTests = () => {
  it("follows a file saved in place, and again", async () => {
    const file = join(newFolder("in-place"), "config.json");
    writeFileSync(file, config("red"));
    await startWith(["--config", file]);
    expect(await after("/attributes/color", () => writeFileSync(file, config("green")))).toBe("green");
    expect(await after("/attributes/color", () => writeFileSync(file, config("blue")))).toBe("blue");
  });

  it("follows a file saved by rename, removed, and written anew", async () => {
    const file = join(newFolder("rename"), "config.json");
    writeFileSync(file, config("red"));
    await startWith(["--config", file]);
    expect(await after("/attributes/color", () => saveByRename(file, config("green")))).toBe("green");
    expect(await after("/attributes/color", () => saveByRename(file, config("blue")))).toBe("blue");
    const gone = () => {
      rmSync(file);
      writeFileSync(file, config("white"));
    };
    expect(await after("/attributes/color", gone)).toBe("white");
  });

  it("follows a ConfigMap whose link is swapped", async () => {
    const mount = newFolder("config-map");
    mountConfigMap(mount, "v1", { "config.json": config("red") });
    symlinkSync("..data/config.json", join(mount, "config.json"));
    await startWith(["--config", join(mount, "config.json")]);
    const swap = (version: string, color: string) => () =>
      mountConfigMap(mount, version, { "config.json": config(color) });
    expect(await after("/attributes/color", swap("v2", "green"))).toBe("green");
    rmSync(join(mount, "..v1"), { recursive: true });
    expect(await after("/attributes/color", swap("v3", "blue"))).toBe("blue");
  });

  it("follows a folder on the way that is replaced as a whole", async () => {
    const parent = newFolder("whole");
    for (const [name, color] of [
      ["live", "red"],
      ["next", "green"],
    ] as const) {
      mkdirSync(join(parent, name));
      writeFileSync(join(parent, name, "config.json"), config(color));
    }
    await startWith(["--config", join(parent, "live/config.json")]);
    const swap = () => {
      renameSync(join(parent, "live"), join(parent, "old"));
      renameSync(join(parent, "next"), join(parent, "live"));
    };
    expect(await after("/attributes/color", swap)).toBe("green");
    expect(await after("/attributes/color", () => saveByRename(join(parent, "live/config.json"), config("blue")))).toBe(
      "blue",
    );
  });

  it("keeps the last good state when a save is broken, says so once, and takes the next good one", async () => {
    const file = join(newFolder("broken"), "config.json");
    writeFileSync(file, config("red"));
    await startWith(["--config", file]);
    const said = () => server?.stderr().match(/Cannot use the changed configuration.*/g) ?? [];
    saveByRename(file, '{"metadata":');
    await expect.poll(said, { timeout: 20_000 }).toHaveLength(1);
    saveByRename(file, '{"metadata":');
    saveByRename(file, '{"METADATA":');
    expect((await read("/attributes/color")).body.toString()).toBe("red");
    expect(await after("/attributes/color", () => saveByRename(file, config("green")))).toBe("green");
    expect(said()).toHaveLength(1);
    saveByRename(file, config("blue", { metdata: {} }));
    await expect.poll(said, { timeout: 20_000 }).toHaveLength(2);
    expect(said()[1]).toContain('Unknown key, did you mean "metadata"?');
    expect((await read("/attributes/color")).body.toString()).toBe("green");
    expect(await after("/attributes/color", () => saveByRename(file, config("white")))).toBe("white");
  });

  it("lets accounts and accepted hosts follow", async () => {
    const file = join(newFolder("accounts"), "config.json");
    const account = (email: string) => ({ accounts: { default: { email, source: { type: "local" } } } });
    writeFileSync(file, config("red", account("old@example.com")));
    await startWith(["--config", file]);
    const next = config("red", { ...account("new@example.com"), allowedHosts: ["my-metadata.example"] });
    expect(await after("/service-accounts/default/email", () => saveByRename(file, next))).toBe("new@example.com");
    const headers = [
      ["Host", "my-metadata.example"],
      ["Metadata-Flavor", "Google"],
    ] as const;
    const target = `${instance}/service-accounts/new@example.com/token`;
    expect((await rawRequest(server?.port ?? 0, { target, headers })).status).toBe(200);
  });

  it("keeps what was changed while running over a save", async () => {
    const file = join(newFolder("kept"), "config.json");
    const attributes = (color: string) =>
      JSON.stringify({ metadata: { instance: { attributes: { color, "enable-guest-attributes": "TRUE" } } } });
    writeFileSync(file, attributes("red"));
    await startWith(["--config", file]);
    const headers = [
      ["Host", "metadata"],
      ["Metadata-Flavor", "Google"],
    ] as const;
    const target = `${instance}/guest-attributes/ns/key`;
    await rawRequest(server?.port ?? 0, { method: "PUT", target, headers, body: "mine" });
    expect(await after("/attributes/color", () => saveByRename(file, attributes("green")))).toBe("green");
    expect((await read("/guest-attributes/ns/key")).body.toString()).toBe("mine");
  });

  it("follows the folder of --metadata-dir, new sub-folders and removals too", async () => {
    const root = newFolder("dir");
    mkdirSync(join(root, "instance/attributes"), { recursive: true });
    writeFileSync(join(root, "instance/attributes/color"), "red\n");
    await startWith(["--metadata-dir", root]);
    const color = join(root, "instance/attributes/color");
    expect(await after("/attributes/color", () => saveByRename(color, "green\n"))).toBe("green");
    const added = () => {
      mkdirSync(join(root, "instance/box/inner"), { recursive: true });
      writeFileSync(join(root, "instance/box/inner/key"), "1");
    };
    expect(JSON.parse(await after("/?recursive=true", added)).box).toEqual({ inner: { key: "1" } });
    expect(await after("/box/inner/key", () => writeFileSync(join(root, "instance/box/inner/key"), "2"))).toBe("2");
    expect(await after("/attributes/?recursive=true", () => rmSync(color))).toBe("{}");
  });
};

if (runtime === "workerd")
  it("takes its configuration from a binding, as there are no files", async () => {
    server = await startServer(runtime, { config: config("red") });
    expect((await read("/attributes/color")).body.toString()).toBe("red");
  });
else describe(`Files that are followed on ${runtime}`, { timeout: 60_000 }, fileTests);
