/**
 * A machine that is not kind: who may open what the server leaves on the disk, a disk that is full, a client that goes
 * away in the middle of a mint (SECURITY.md).
 *
 * @module
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { createGoogleWorld } from "../harness/google-world.ts";
import { encodeRequest, type RawResponse, rawRequest } from "../harness/raw.ts";
import { cleanEnvironment, commandFor } from "../harness/runtime-command.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const v1 = "/computeMetadata/v1/instance";
const folder = mkdtempSync(join(tmpdir(), "gce-metadata-surroundings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
] as const;

function send({ port }: RunningServer, target: string, body?: string): Promise<RawResponse> {
  return rawRequest(port, { target, headers, ...(body === undefined ? {} : { method: "PUT", body }) });
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Starts the server on a Unix socket, with its first line and a way to wait for what it says on stderr. */
async function startOnSocket(socket: string, ...flags: readonly string[]) {
  const { args, env, program } = commandFor(runtime, { flags: ["--unix-socket", socket, ...flags] }, folder, 0);
  const bin = `${process.cwd()}/node_modules/.bin:${process.env.PATH}`;
  const place = ["--host", "127.0.0.1", "--port", "0"];
  const child = spawn(
    program,
    args.filter((arg) => !place.includes(arg)),
    { env: { ...cleanEnvironment(), ...env, PATH: bin }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const said = async (what: RegExp): Promise<string> => {
    while (!what.test(stderr)) await once(child.stderr, "data");
    return stderr;
  };
  const [ready] = await once(child.stdout, "data");
  return { child, ready: String(ready), said };
}

/** Files and sockets are the command line's; workerd has neither. */
if (runtime !== "workerd")
  describe(`What ${runtime} leaves on the disk`, () => {
    const config = { metadata: { instance: { attributes: { "enable-guest-attributes": "TRUE" } } } };

    it("is a Unix socket that nobody else may connect to", async () => {
      const socket = join(folder, "server.sock");
      const { child, ready } = await startOnSocket(socket);
      expect(ready).toContain(`ready on unix:${socket} (local issuer)\n`);
      expect(modeOf(socket)).toBe(0o600);
      child.kill("SIGTERM");
      expect(await once(child, "exit")).toEqual([0, null]);
      expect(() => statSync(socket)).toThrow(/ENOENT/);
    });

    it("is a Unix socket that never was open to others, and leaves the process as it was", () => {
      const args = runtime === "deno" ? ["run", "-A"] : [];
      const program = `node_modules/.bin/${runtime}`;
      const socket = join(folder, "new.sock");
      const printed = execFileSync(program, [...args, "test/harness/socket-mode.ts", socket], { encoding: "utf8" });
      expect(printed).toBe("600 2\n");
    });

    it("is a Unix socket with a secret path, and the start lines say what to connect to and what to ask for", async () => {
      const socket = join(folder, "it's secret.sock");
      const secret = "a-secret-that-nobody_guesses";
      const { child, ready, said } = await startOnSocket(socket, "--secret-path", secret);
      expect(ready).toContain(`ready on unix:${socket}, every path below /s/${secret} (local issuer)\n`);
      const [, line = ""] = /^ {2}try {7}(curl .*)$/m.exec(await said(/^ {2}try .*\n/m)) ?? [];
      // The line works as it stands, and without the secret nothing does.
      expect(execFileSync("sh", ["-c", `${line} -s`], { encoding: "utf8" })).toContain("access_token");
      const code = `${line.replace(`/s/${secret}`, "")} -s -o /dev/null -w '%{http_code}'`;
      expect(execFileSync("sh", ["-c", code], { encoding: "utf8" })).toBe("404");
      child.kill("SIGTERM");
      expect(await once(child, "exit")).toEqual([0, null]);
    });

    it("is a state file that nobody else may read, whatever it was before", async () => {
      const state = join(folder, "state.json");
      writeFileSync(state, "", { mode: 0o644 });
      const server = await startServer(runtime, { config, flags: ["--state", state] });
      expect(modeOf(state)).toBe(0o600);
      expect((await send(server, `${v1}/guest-attributes/ns/key`, "value")).status).toBe(200);
      expect(modeOf(state)).toBe(0o600);
      await server.stop();
    });

    /** The state has a disk of 64 KiB, of which it can use half: the next file is written beside the one before. */
    function startOnSmallDisk(...flags: readonly string[]): Promise<RunningServer> {
      const disk = mkdtempSync(join(folder, "disk-"));
      const mount = `mount -t tmpfs -o size=64k tmpfs '${disk}' && exec "$@"`;
      const within = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"];
      return startServer(runtime, { config, within, flags: ["--state", join(disk, "state.json"), ...flags] });
    }

    it("is nothing that it has not acknowledged, when the disk is full", async () => {
      const server = await startOnSmallDisk();
      try {
        expect((await send(server, `${v1}/guest-attributes/ns/small`, "1")).status).toBe(200);
        const refused = await send(server, `${v1}/guest-attributes/ns/large`, "x".repeat(100_000));
        expect(refused.status).toBe(500);
        expect(refused.body.toString()).toContain("Its log says more.");
        expect(refused.body.toString()).not.toContain("state.json");
        await expect.poll(server.stderr).toMatch(/Cannot keep the change in ".*state\.json": .*ENOSPC/i);
        expect((await send(server, `${v1}/guest-attributes/ns/large`)).status).toBe(404);
        expect((await send(server, `${v1}/guest-attributes/ns/small`, "2")).status).toBe(200);
        expect((await send(server, `${v1}/guest-attributes/ns/small`)).body.toString()).toBe("2");
      } finally {
        await server.stop();
      }
    });

    it("takes no token away when the disk is full, and control calls are told so as JSON", async () => {
      const server = await startOnSmallDisk("--control-token", "secret");
      const identity = `${v1}/service-accounts/default/identity?audience=`;
      try {
        expect((await send(server, `${v1}/guest-attributes/ns/large`, "x".repeat(36_000))).status).toBe(200);
        expect((await send(server, `${v1}/service-accounts/default/token`)).status).toBe(200);
        expect((await send(server, `${identity}a`)).status).toBe(200);
        const target = "/emulator/v1/metadata/instance/attributes/new";
        const bearer = [
          ["Host", "localhost"],
          ["Authorization", "Bearer secret"],
        ] as const;
        const refused = await rawRequest(server.port, { method: "PUT", target, headers: bearer, body: '"value"' });
        expect([refused.status, JSON.parse(refused.body.toString())]).toEqual([500, { error: expect.any(String) }]);
        expect((await send(server, `${v1}/attributes/new`)).status).toBe(404);
        // Now there is room.
        expect((await send(server, `${v1}/guest-attributes/ns/large`, "x")).status).toBe(200);
        expect((await send(server, `${identity}b`)).status).toBe(200);
        const warning = /Cannot keep the local issuer's keys: .*ENOSPC.*after a restart/gi;
        await expect.poll(() => server.stderr().match(warning)).toHaveLength(1);
      } finally {
        await server.stop();
      }
    });
  });

if (runtime !== "workerd")
  describe(`A log that cannot be written on ${runtime}`, () => {
    it.each([
      ["its disk is full", 'exec "$@" 2> /dev/full'],
      ["nobody reads it any more", 'exec "$@" 2> >(exit)'],
    ])("takes no token away when %s", async (_, script) => {
      const within = ["bash", "-c", script, "bash"];
      const server = await startServer(runtime, { within, flags: ["--log-level", "debug"] });
      const target = `${v1}/service-accounts/default/token`;
      for (let asked = 0; asked < 3; asked++) expect((await send(server, target)).status).toBe(200);
      expect(await server.stop()).toBe(0);
    });
  });

if (runtime !== "workerd")
  describe(`A pipe in the place of a file on ${runtime}`, () => {
    it("is read when somebody writes to it, and takes nothing from other accounts or the end while nobody does", async () => {
      const [pipe, written] = [join(folder, "lone.pipe"), join(folder, "written.pipe")];
      execFileSync("mkfifo", [pipe, written]);
      const world = await createGoogleWorld();
      const writer = spawn("sh", ["-c", `printf '%s' '${JSON.stringify(world.key)}' > '${written}'`]);
      const audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q";
      const lone = { type: "external_account", audience, credential_source: { file: pipe } };
      const rest = {
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: "https://sts.googleapis.com/v1/token",
      };
      const names = ["a", "b", "c", "d", "e"];
      const accounts = names.map(
        (name) => [name, { email: `${name}@x.example`, source: { ...lone, ...rest } }] as const,
      );
      const config = { accounts: Object.fromEntries(accounts) };
      const server = await startServer(runtime, { config, env: world.env, flags: ["--service-account-file", written] });
      try {
        const waiting = names.map((name) => send(server, `${v1}/service-accounts/${name}@x.example/token`));
        const ended = Promise.allSettled(waiting);
        expect((await send(server, `${v1}/service-accounts/default/token`)).status).toBe(200);
        expect(await server.stop()).toBe(0);
        await ended;
      } finally {
        await server.stop();
        writer.kill();
        await world.close();
      }
    });
  });

describe(`A client that goes away in the middle of a mint on ${runtime}`, () => {
  it("costs nobody else the token, and Google one call", async () => {
    const world = await createGoogleWorld();
    const source = { accounts: { default: { source: world.key } } };
    const server = await startServer(runtime, { config: source, env: world.env });
    try {
      const open = world.google.hold("/token");
      const target = `${v1}/service-accounts/default/token`;
      const gone = connect({ port: server.port, host: "127.0.0.1" });
      gone.on("error", () => undefined).write(encodeRequest({ target, headers }));
      await world.google.waiting(1);
      const other = send(server, target);
      gone.resetAndDestroy();
      // Metadata is answered meanwhile, after the reset has come.
      expect((await send(server, `${v1}/zone`)).status).toBe(200);
      open();
      expect((await other).status).toBe(200);
      expect((await send(server, target)).body.toString()).toContain("access_token");
      expect(world.google.count("/token")).toBe(1);
      expect(server.stderr()).not.toMatch(/error/i);
    } finally {
      await server.stop();
      await world.close();
    }
  });
});
