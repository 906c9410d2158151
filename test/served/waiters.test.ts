/**
 * Many requests that wait at once: all are woken by one change, and those whose client has gone are freed
 * (interface.md, "Who is let in"). The server's own metrics tell how many wait.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { encodeRequest, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const token = "the-control-token-of-this-test";
const target = "/computeMetadata/v1/instance/attributes/k";
const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
] as const;
const bearer = [
  ["Host", "localhost"],
  ["Authorization", `Bearer ${token}`],
] as const;
let server: RunningServer;

beforeAll(async () => {
  const config = { metadata: { instance: { attributes: { k: "1" } } } };
  server = await startServer(runtime, { config, flags: ["--control-token", token] });
});

afterAll(() => server?.stop());

async function waiting(): Promise<number> {
  const metrics = await rawRequest(server.port, { target: "/emulator/v1/metrics", headers: bearer });
  return Number(/^gce_metadata_waiters\S* (\d+)$/m.exec(metrics.body.toString())?.[1]);
}

interface Waiter {
  readonly socket: Socket;
  readonly answer: Promise<string>;
}

/** Opens a connection and waits on it; the answer is what came up to `until`. */
function wait(until: RegExp, query = "wait_for_change=true"): Waiter {
  const socket = connect(server.port, "127.0.0.1");
  const answer = new Promise<string>((resolve, reject) => {
    let bytes = "";
    socket.on("error", reject);
    socket.on("close", () => resolve(bytes));
    socket.on("data", (chunk) => {
      bytes += chunk.toString("latin1");
      if (until.test(bytes)) socket.destroy();
    });
  });
  answer.catch(() => undefined);
  socket.write(encodeRequest({ target: `${target}?${query}`, headers }));
  return { socket, answer };
}

describe(`Waiters on ${runtime}`, { timeout: 60_000 }, () => {
  it("are a thousand at once, and one change wakes them all", async () => {
    const waiters: Waiter[] = [];
    // In portions, so that no listener's queue overflows.
    for (let i = 1; i <= 10; i++) {
      waiters.push(...Array.from({ length: 100 }, () => wait(/\r\n\r\n2$/)));
      await expect.poll(waiting, { timeout: 20_000 }).toBe(100 * i);
    }
    const put = { method: "PUT", target: "/emulator/v1/metadata/instance/attributes/k", headers: bearer, body: '"2"' };
    expect((await rawRequest(server.port, put)).status).toBe(204);
    const answers = await Promise.all(waiters.map(({ answer }) => answer));
    expect(answers.filter((answer) => !/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n2$/.test(answer))).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  // workerd does not tell that a client has gone: there a wait's own time frees it, ten minutes at most.
  const query = runtime === "workerd" ? "wait_for_change=true&timeout_sec=2" : "wait_for_change=true";

  it("are freed when their client goes away", async () => {
    const waiters = Array.from({ length: 50 }, () => wait(/never/, query));
    await expect.poll(waiting, { timeout: 20_000 }).toBe(50);
    if (runtime !== "workerd") {
      for (const { socket } of waiters.slice(0, 30)) socket.destroy();
      await expect.poll(waiting, { timeout: 20_000 }).toBe(20);
    }
    for (const { socket } of waiters) socket.destroy();
    await expect.poll(waiting, { timeout: 20_000 }).toBe(0);
  });
});
