/**
 * What outlives the server: changes and keys, in the file of `--state`, on workerd in the Durable Object's storage
 * (interface.md "--state"). `kill -9` at any moment loses no write that was acknowledged.
 *
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const token = "the-control-token-of-this-test";
const instance = "/computeMetadata/v1/instance";
const config = { metadata: { instance: { attributes: { color: "red", "enable-guest-attributes": "TRUE" } } } };
const folder = mkdtempSync(join(tmpdir(), "gce-metadata-state-"));
const started = new Set<RunningServer>();

afterAll(async () => {
  await Promise.all([...started].map((server) => server.stop("SIGKILL")));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function start(state: string, settings: object = config): Promise<RunningServer> {
  const server = await startServer(runtime, { config: settings, flags: ["--control-token", token, "--state", state] });
  started.add(server);
  return server;
}

function send({ port }: RunningServer, method: string, target: string, body?: string): Promise<RawResponse> {
  const headers = [
    ["Host", "localhost"],
    ["Metadata-Flavor", "Google"],
    ["Authorization", `Bearer ${token}`],
  ] as const;
  return rawRequest(port, { method, target, headers, ...(body === undefined ? {} : { body }) }, { timeoutMs: 20_000 });
}

const read = async (server: RunningServer, target: string) => (await send(server, "GET", target)).body.toString();

describe(`A restart on ${runtime}`, () => {
  it("keeps guest attributes, control writes, removals and the local issuer's keys", async () => {
    const state = join(folder, "all");
    const first = await start(state);
    await send(first, "PUT", `${instance}/guest-attributes/ns/key`, "ü\n");
    await send(first, "PUT", "/emulator/v1/metadata/instance/attributes/size", '"xl"');
    await send(first, "DELETE", "/emulator/v1/metadata/instance/attributes/color");
    await send(first, "PUT", "/emulator/v1/metadata/instance/id", "9007199254740993");
    const jwks = await read(first, "/emulator/v1/issuer/jwks");
    const minted = JSON.parse(await read(first, `${instance}/service-accounts/default/token`));
    await first.stop();

    const second = await start(state);
    expect(await read(second, `${instance}/guest-attributes/ns/key`)).toBe("ü\n");
    expect(await read(second, `${instance}/attributes/`)).toBe("enable-guest-attributes\nsize\n");
    expect(await read(second, `${instance}/id`)).toBe("9007199254740993");
    expect(await read(second, "/emulator/v1/issuer/jwks")).toBe(jwks);
    const info = `/emulator/v1/issuer/tokeninfo?access_token=${minted.access_token}`;
    expect((await send(second, "GET", info)).status).toBe(200);
    await second.stop();
  });

  it("leaves out what a new configuration has no place for, and keeps the rest", async () => {
    const state = join(folder, "other");
    const first = await start(state, { metadata: { instance: { box: { inner: "1" } } } });
    await send(first, "PUT", "/emulator/v1/metadata/instance/attributes/size", '"xl"');
    await send(first, "PUT", "/emulator/v1/metadata/instance/box/more", '"2"');
    await first.stop();
    const second = await start(state, { metadata: { instance: { attributes: { color: "blue" }, box: "a leaf now" } } });
    expect(await read(second, `${instance}/attributes/?recursive=true`)).toBe('{"color":"blue","size":"xl"}');
    expect(await read(second, `${instance}/box`)).toBe("a leaf now");
    expect(`${second.stdout()}${second.stderr()}`).toMatch(/Cannot keep a change of an earlier run.*instance\/box/);
    await second.stop();
  });
});

/** What stands in the storage of a Durable Object is nobody's to spoil. */
const hasFiles = runtime !== "workerd";
if (hasFiles)
  describe(`A state file on ${runtime}`, () => {
    it.each([
      ["torn", (text: string) => text.slice(0, text.length / 2), "not complete"],
      ["somebody else's", () => '{"my":"precious data"}\n', "not written by this server"],
      ["no JSON", () => "precious notes", "not complete, or no JSON"],
    ])("that is %s is kept aside, and the server says so", async (name, spoil, reason) => {
      const state = join(folder, `spoilt-${name.replace(/\W/g, "-")}.json`);
      const first = await start(state);
      await send(first, "PUT", `${instance}/guest-attributes/ns/key`, "value");
      await first.stop();
      const spoilt = spoil(readFileSync(state, "utf8"));
      writeFileSync(state, spoilt);

      const second = await start(state);
      expect(second.stderr()).toContain(state);
      expect(second.stderr()).toContain(reason);
      expect((await send(second, "GET", `${instance}/guest-attributes/ns/key`)).status).toBe(404);
      await send(second, "PUT", `${instance}/guest-attributes/ns/key`, "new");
      await second.stop();
      const aside = readdirSync(folder).filter((file) => join(folder, file).startsWith(`${state}.refused-`));
      expect(aside.map((file) => readFileSync(join(folder, file), "utf8"))).toEqual([spoilt]);
      expect(JSON.parse(readFileSync(state, "utf8")).changes).toEqual([
        { path: ["instance", "guest-attributes", "ns", "key"], value: "new" },
      ]);
    });

    it("that cannot be written ends the start with 2 and the reason", async () => {
      await expect(start(join(folder, "missing/folder/state.json"))).rejects.toThrow(
        /ended with 2[\s\S]*--state: Cannot keep changes/,
      );
    });
  });

describe(`kill -9 on ${runtime}`, () => {
  const writes = 500;
  // Node's twenty rounds are what the promise is tried with; the other runtimes share the code behind it.
  const rounds = runtime === "node" ? 20 : 5;

  it(`in the middle of ${writes} writes, ${rounds} times, loses no acknowledged one`, {
    timeout: 300_000,
  }, async () => {
    const state = join(folder, "killed");
    const acknowledged = new Map<string, string>();
    let server = await start(state);
    for (let round = 0; round < rounds; round++) {
      await writeUntilKilled(server, round, acknowledged);
      server = await start(state);
      const kept = JSON.parse(await read(server, `${instance}/guest-attributes/kill/?recursive=true`));
      const lost = [...acknowledged].filter(([key, value]) => kept[key] !== value);
      expect(lost, `lost after round ${round}`).toEqual([]);
    }
    await server.stop();
    expect(acknowledged.size).toBeGreaterThan(rounds);
  });

  /** Four writers at once, each key its own; the kill comes with an acknowledgement somewhere on the way. */
  async function writeUntilKilled(
    server: RunningServer,
    round: number,
    acknowledged: Map<string, string>,
  ): Promise<void> {
    const killAt = 1 + ((round * 97) % (writes - 100));
    let next = 0;
    let answered = 0;
    let killed: Promise<unknown> | undefined;
    const writer = async () => {
      while (killed === undefined && next < writes) {
        const i = next++;
        const [key, value] = [`k${i % 50}-${i % 4}`, `${round}.${i}`];
        // Until its answer has come, a write may or may not be there.
        acknowledged.delete(key);
        const answer = await send(server, "PUT", `${instance}/guest-attributes/kill/${key}`, value).catch(
          () => undefined,
        );
        if (answer?.status !== 200) continue;
        acknowledged.set(key, value);
        answered++;
        if (answered === killAt) killed = server.stop("SIGKILL");
      }
    };
    await Promise.all([writer(), writer(), writer(), writer()]);
    await killed;
    expect(killed).toBeDefined();
  }
});
