/**
 * What takes more than one request at a time: pipelining, a change that wakes who waits for it, and the end of the server
 * (mds-behaviour.md 3.3; interface.md, "Who is let in", SIGTERM).
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SetupName } from "../contract/wire/setups.ts";
import { headerValues, pipeline, type RawRequest, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";
import { serverOf, startSetups, stopSetups } from "../harness/setup-servers.ts";

const runtime = inject("runtime");
const instance = "/computeMetadata/v1/instance";
const guests = `${instance}/guest-attributes`;
const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
] as const;
let servers: ReadonlyMap<SetupName, RunningServer> = new Map();

beforeAll(async () => {
  servers = await startSetups(runtime, ["rich"]);
});

afterAll(() => stopSetups(servers));

function send(
  target: string,
  more: Partial<RawRequest> = {},
  port = serverOf(servers, "rich").port,
): Promise<RawResponse> {
  return rawRequest(port, { target, headers, ...more });
}

/** Starts a request that waits, and gives it time to arrive: requests that are sent after it have been answered. */
async function startWaiting(target: string, port?: number): Promise<{ readonly answer: Promise<RawResponse> }> {
  const answer = send(target, {}, port);
  answer.catch(() => undefined);
  for (let i = 0; i < 5; i++) await send(`${instance}/id`, {}, port);
  return { answer };
}

const etagOf = (response: RawResponse): string | undefined => headerValues(response, "ETag")[0];

describe(`Connections on ${runtime}`, () => {
  it("answers pipelined requests in order", async () => {
    const targets = ["/id", "/name", "/nothing", "/tags", "/hostname"];
    const responses = await pipeline(
      serverOf(servers, "rich").port,
      targets.map((path) => ({ target: instance + path, headers })),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 404, 200, 200]);
    expect(responses[1]?.body.toString()).toBe("grr-vm");
    expect(responses[4]?.body.toString()).toBe("grr-vm.us-central1-c.c.my-project.internal");
  });

  it.each([
    ["the key itself", "/wake/key", "", "2"],
    ["a directory above it", "/wake/", "recursive=true&", '{"key":"2"}'],
    ["the whole tree, as the guest agent asks for it", undefined, "recursive=true&alt=json&timeout_sec=60&", undefined],
  ])("wakes who waits for %s", async (_, path, query, body) => {
    await send(`${guests}/wake/key`, { method: "PUT", body: "1" });
    const target = `${path === undefined ? "/computeMetadata/v1//" : guests + path}?${query}`;
    const before = await send(target);
    const { answer } = await startWaiting(`${target}wait_for_change=true&last_etag=${etagOf(before)}`);
    await send(`${guests}/wake/key`, { method: "PUT", body: "2" });
    const after = await answer;
    expect(after.status).toBe(200);
    expect(etagOf(after)).not.toBe(etagOf(before));
    if (body !== undefined) expect(after.body.toString()).toBe(body);
  });

  it("waits however large timeout_sec is, and answers when the value changes", async () => {
    await send(`${guests}/long/key`, { method: "PUT", body: "1" });
    const limit = "9".repeat(20);
    const { answer } = await startWaiting(`${guests}/long/key?wait_for_change=true&timeout_sec=${limit}`);
    const early = await Promise.race([answer.then(() => true), send(`${instance}/id`).then(() => false)]);
    expect(early).toBe(false);
    await send(`${guests}/long/key`, { method: "PUT", body: "2" });
    expect((await answer).body.toString()).toBe("2");
  });

  it("does not wake who waits for something else", async () => {
    await send(`${guests}/calm/key`, { method: "PUT", body: "1" });
    const { answer } = await startWaiting(`${guests}/calm/key?wait_for_change=true&timeout_sec=1`);
    await send(`${guests}/other/key`, { method: "PUT", body: String(Date.now()) });
    const woken = await Promise.race([answer.then(() => true), send(`${instance}/id`).then(() => false)]);
    expect(woken).toBe(false);
    expect((await answer).body.toString()).toBe("1");
  });

  it("ends a wait with 404 when the key is deleted", async () => {
    await send(`${guests}/lost/key`, { method: "PUT", body: "1" });
    const { answer } = await startWaiting(`${guests}/lost/key?wait_for_change=true`);
    await send(`${guests}/lost/key`, { method: "DELETE" });
    expect((await answer).status).toBe(404);
  });

  it("holds a hundred waiters and wakes them all at once", async () => {
    await send(`${guests}/crowd/key`, { method: "PUT", body: "1" });
    const etag = etagOf(await send(`${guests}/crowd/key`));
    const target = `${guests}/crowd/key?wait_for_change=true&last_etag=${etag}`;
    const crowd = Array.from({ length: 99 }, () => send(target));
    const { answer } = await startWaiting(target);
    await send(`${guests}/crowd/key`, { method: "PUT", body: "2" });
    const bodies = await Promise.all([...crowd, answer].map(async (one) => (await one).body.toString()));
    expect(new Set(bodies)).toEqual(new Set(["2"]));
  });
});

describe(`The end of the server on ${runtime}`, () => {
  it.each(["SIGTERM", "SIGINT"] as const)("comes within 3 s of %s, with waiting requests answered", async (signal) => {
    // On workerd it is `npm start` that people end.
    const server = await startServer(runtime === "workerd" ? "wrangler" : runtime);
    const { answer } = await startWaiting(`${instance}/name?wait_for_change=true`, server.port);
    const started = performance.now();
    const code = await server.stop(signal);
    expect(performance.now() - started).toBeLessThan(3_000);
    // wrangler ends its worker without telling it; what `npm start` owes is only to end.
    if (runtime === "workerd") return;
    expect(code).toBe(0);
    expect((await answer).status).toBe(503);
  });
});
