/**
 * Faults and scenario of the configuration over the wire, and the connections that rules break, on every runtime.
 *
 * @module
 */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { encodeRequest, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const token = "the-control-token-of-this-test";
const instance = "/computeMetadata/v1/instance";
const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
] as const;
let server: RunningServer;

beforeAll(async () => {
  const config = {
    metadata: { instance: { attributes: { long: "x".repeat(10_000), stage: "0" } } },
    faults: [
      { path: "**/zone", status: 503, times: 2 },
      { path: "**/hostname", drop: true },
      { path: "**/long", truncate: true },
    ],
    scenario: [
      { at: "1s", set: { "instance/attributes/stage": "1" } },
      { at: 1.2, event: { type: "preemption" }, patch: { instance: { attributes: { stage: "2" } } } },
    ],
  };
  server = await startServer(runtime, { config, flags: ["--control-token", token] });
});

afterAll(() => server?.stop());

const read = (path: string): Promise<RawResponse> => rawRequest(server.port, { target: instance + path, headers });

/** All bytes until the server has ended the connection, however it did. */
function bytesUntilBroken(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = "";
    const socket = connect(server.port, "127.0.0.1");
    socket.setTimeout(20_000, () => reject(new Error("The connection stays open")));
    socket.on("connect", () => socket.write(encodeRequest({ target: instance + path, headers })));
    socket.on("data", (chunk) => (bytes += chunk.toString("latin1")));
    // A reset is a way of breaking too; `close` follows it.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(bytes));
  });
}

describe(`Faults and scenario of the configuration on ${runtime}`, () => {
  it("strike from the start on, as often as they say", async () => {
    const statuses = [(await read("/zone")).status, (await read("/zone")).status, (await read("/zone")).status];
    expect(statuses).toEqual([503, 503, 200]);
  });

  it("break a connection instead of an answer", async () => {
    const bytes = await bytesUntilBroken("/hostname");
    // Deno cannot keep the head back; nothing of a body comes after it.
    if (runtime !== "deno") expect(bytes).toBe("");
    else expect(bytes).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\n\r\n$/);
    expect((await read("/name")).status).toBe(200);
  });

  it("break a connection in the middle of the body", async () => {
    const bytes = await bytesUntilBroken("/attributes/long");
    expect(bytes).toMatch(/^HTTP\/1\.1 200 /);
    const sent = bytes.slice(bytes.indexOf("\r\n\r\n")).replace(/[^x]/g, "");
    expect(sent.length).toBe(5_000);
    expect(bytes).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it("are in the journal", async () => {
    const bearer = [
      ["Host", "localhost"],
      ["Authorization", `Bearer ${token}`],
    ] as const;
    const journal = await rawRequest(server.port, { target: "/emulator/v1/requests", headers: bearer });
    const faults = (JSON.parse(journal.body.toString()) as { fault?: string }[]).map(({ fault }) => fault);
    expect(faults).toEqual(
      expect.arrayContaining(["status 503 (**/zone)", "drop (**/hostname)", "truncate (**/long)"]),
    );
  });

  it("play the scenario", async () => {
    for (let etag = "0"; ; ) {
      const answer = await read(`/attributes/stage?wait_for_change=true&timeout_sec=9&last_etag=${etag}`);
      if (answer.body.toString() === "2") break;
      const [, next = ""] = answer.headers.find(([name]) => /^etag$/i.test(name)) ?? [];
      expect(next).not.toBe(etag);
      etag = next;
    }
    await expect.poll(async () => (await read("/preempted")).body.toString()).toBe("TRUE");
  });
});

describe(`Mistakes in faults and scenario on ${runtime}`, () => {
  const mistakes = [
    [{ faults: [{ path: "**", staus: 503 }] }, 'faults[0].staus: Unknown key, did you mean "status"?'],
    [{ scenario: [{ at: "soon" }] }, "scenario[0].at: Must be a length of time"],
    [{ scenario: [{ at: 1, event: { type: "premption" } }] }, "scenario[0].event.type: Unknown type, did you mean"],
  ] as const;

  if (runtime === "workerd")
    it("leave nothing to serve, and the log says why", async () => {
      const broken = await startServer(runtime, { config: mistakes[0][0] });
      expect((await fetch(`${broken.origin}/emulator/v1/health`)).status).toBeGreaterThanOrEqual(500);
      expect(`${broken.stdout()}${broken.stderr()}`).toContain("did you mean");
      await broken.stop();
    });
  else
    it.each(mistakes)("end the start with 2: %j", async (config, reason) => {
      await expect(startServer(runtime, { config })).rejects.toThrow(reason);
      await expect(startServer(runtime, { config })).rejects.toThrow("ended with 2");
    });
});
