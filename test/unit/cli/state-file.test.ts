import { execFileSync } from "node:child_process";
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../../worker/entry/replace-file.ts";
import { openState, stateProblems } from "../../../worker/entry/state-file.ts";
import type { Json } from "../../../worker/lib/json.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keeps new keys without a change that could not be written just before", async () => {
  const path = join(folder, "state.json");
  const { onKeys, save } = await openState(path, createFakePlatform());
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  const change = save([{ path: ["instance", "x"], value: endless as unknown as Json }]);
  const keys = onKeys({ secret: "c2VjcmV0" });
  await expect(change).rejects.toThrow("Cannot keep the change");
  await keys;
  expect(await openState(path, createFakePlatform())).toMatchObject({ changes: [], keys: { secret: "c2VjcmV0" } });
});

/** What both say who look at the path: the check before a start, and the start. */
async function refusalOf(path: string): Promise<string> {
  const [problem] = await stateProblems(path);
  await expect(openState(path, createFakePlatform())).rejects.toThrow(problem?.message ?? "a problem");
  return problem?.message ?? "";
}

it("leaves what is no file where it is: a folder, a pipe, a socket", async () => {
  const at = (name: string) => join(folder, name);
  execFileSync("mkfifo", [at("pipe")]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
  try {
    expect(await refusalOf(folder)).toBe(`Cannot keep changes in "${folder}": it is a folder`);
    for (const name of ["pipe", "socket"])
      expect(await refusalOf(at(name))).toBe(`Cannot keep changes in "${at(name)}": it is no file`);
    expect((await lstat(at("pipe"))).isFIFO()).toBe(true);
  } finally {
    server.close();
  }
});

it("writes beside the file without following a link, and never into a file that another one has opened", async () => {
  const path = join(folder, "state.json");
  const precious = join(folder, "precious");
  await writeFile(precious, "mine", { mode: 0o644 });
  await symlink(precious, `${path}.tmp`);
  await openState(path, createFakePlatform());
  expect(await readFile(precious, "utf8")).toBe("mine");
  const info = await lstat(path);
  expect([info.isFile(), info.mode & 0o777]).toEqual([true, 0o600]);
});

// Giving a file to somebody else is root's privilege.
describe.runIf(process.getuid?.() === 0)("In a folder that everybody may write to, as /tmp is", () => {
  const stranger = 54_321;
  const planted = "it belongs to another user, in a folder that everybody may write to";

  it("a state that another user has put there is not taken", async () => {
    await chmod(folder, 0o1777);
    const path = join(folder, "state.json");
    await writeFile(path, "{}");
    await chown(path, stranger, stranger);
    expect(await refusalOf(path)).toBe(`Cannot keep changes in "${path}": ${planted}`);
    expect(await readFile(path, "utf8")).toBe("{}");
  });

  it("a link that another user has put there is not followed", async () => {
    await chmod(folder, 0o1777);
    const [path, precious] = [join(folder, "state.json"), join(folder, "precious")];
    await writeFile(precious, "mine");
    execFileSync("ln", ["-s", precious, path]);
    execFileSync("chown", ["-h", String(stranger), path]);
    expect(await refusalOf(path)).toBe(`Cannot keep changes in "${path}": ${planted}`);
    expect(await readFile(precious, "utf8")).toBe("mine");
  });

  it("one's own state is taken, and elsewhere anybody's", async () => {
    const path = join(folder, "state.json");
    await writeFile(path, "");
    await chown(path, stranger, stranger);
    expect(await stateProblems(path)).toEqual([]);
    await openState(path, createFakePlatform());
    await chmod(folder, 0o1777);
    expect(await stateProblems(path)).toEqual([]);
  });
});

it("has the last of everything that was written at the same time", async () => {
  const path = join(folder, "state.json");
  const { onKeys, save } = await openState(path, createFakePlatform());
  const change = (value: string) => ({ path: ["instance", "x"], value });
  const writes = Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0 ? save([change(`v${i}`)]) : onKeys({ secret: `k${i}` }),
  );
  await Promise.all(writes);
  const kept = { changes: [change("v38")], keys: { secret: "k39" } };
  expect(await openState(path, createFakePlatform())).toMatchObject(kept);
});

it("leaves nothing beside a file that could not be replaced", async () => {
  const path = join(folder, "state.json");
  await mkdir(path);
  await expect(replaceFile(path, "secret")).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["state.json"]);
});
