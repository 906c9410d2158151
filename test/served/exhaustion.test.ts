/**
 * Who takes what there is: connections until the process may open no more, requests that are begun and never ended
 * (SECURITY.md, "Limits").
 *
 * @module
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { createNode } from "../../worker/entry/listen/node.ts";
import { type RunningServer, startServer } from "../harness/server.ts";
import { get } from "../harness/walk.ts";

const runtime = inject("runtime");
const token = "/computeMetadata/v1/instance/service-accounts/default/token";
let server: RunningServer | undefined;
afterEach(() => server?.stop());

/** A connection that sends `bytes` and nothing after that. */
function hold(port: number, bytes: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  // Where the server can accept no more, it may reset.
  socket.on("error", () => undefined);
  return new Promise((resolve) => {
    socket.once("close", () => resolve(socket));
    socket.once("connect", () => {
      if (bytes !== "") socket.write(bytes);
      resolve(socket);
    });
  });
}

/** workerd itself ends then, which no worker can change (SECURITY.md). */
if (runtime !== "workerd")
  describe(`Connections beyond what ${runtime} may open`, () => {
    it("end nothing: when they have gone, it serves as before", async () => {
      const within = ["sh", "-c", 'ulimit -n 256 && exec "$@"', "sh"];
      server = await startServer(runtime, { within });
      const { port } = server;
      expect((await get(port, token)).status).toBe(200);
      const held = await Promise.all(Array.from({ length: 400 }, () => hold(port, "GET / HTTP/1.1\r\n")));
      for (const socket of held) socket.destroy();
      const isWell = async () => expect((await get(port, token)).status).toBe(200);
      await vi.waitFor(isWell, { timeout: 20_000, interval: 100 });
    });
  });

/** With a bound that a test can reach: 20,000 connections are more than many machines let a process have. */
if (runtime === "node")
  describe("Connections beyond the bound on node", () => {
    it("are closed at once; those before them are served, and others when there is room", async () => {
      const reply = { status: 200, headers: { "Content-Length": "2" }, body: "ok" };
      const { port = 0, stop } = await createNode(3).listen({ handle: () => reply } as never, {
        host: "127.0.0.1",
        port: 0,
      });
      try {
        const held = [await hold(port, ""), await hold(port, ""), await hold(port, "")];
        const one = await hold(port, "");
        one.resume();
        if (!one.closed) await once(one, "close");
        const [first] = held;
        first?.write("GET / HTTP/1.1\r\nHost: metadata\r\n\r\n");
        const [bytes] = await once(first ?? one, "data");
        expect(String(bytes)).toMatch(/^HTTP\/1\.1 200 OK/);
        for (const socket of held) socket.destroy();
        await vi.waitFor(async () => expect((await get(port, "/")).status).toBe(200));
      } finally {
        await stop();
      }
    });
  });

describe(`One client's connections on ${runtime}`, () => {
  it("take nothing from others, five hundred of them that say nothing or half a request", async () => {
    server = await startServer(runtime);
    const { port } = server;
    const bytes = ["", "GET / HTTP/1.1\r\nHost: metada"];
    const held = await Promise.all(Array.from({ length: 500 }, (_, i) => hold(port, bytes[i % 2] ?? "")));
    expect((await get(port, token)).status).toBe(200);
    for (const socket of held) socket.destroy();
    expect((await get(port, token)).status).toBe(200);
  });
});

/** What SECURITY.md says of a header that is not sent, and how often Node looks, with some time for a busy machine. */
const headerMs = 15_000;
const slackMs = 5_000 + 4_000;

/** Deno and workerd cut nobody off; what they may open bounds it (SECURITY.md). */
if (runtime === "node" || runtime === "bun")
  describe(`Requests that are never ended on ${runtime}`, () => {
    it("are cut off in time, after nothing at all, half of a header or half of a body", {
      timeout: 60_000,
    }, async () => {
      server = await startServer(runtime);
      const { port } = server;
      const began = [
        ["", headerMs],
        ["GET / HTTP/1.1\r\nHost: metada", headerMs],
        // Bun has no such limit; what reads a body has one everywhere.
        ...(runtime === "node"
          ? ([["GET / HTTP/1.1\r\nHost: metadata\r\nContent-Length: 9\r\n\r\n1", 30_000]] as const)
          : []),
      ] as const;
      const started = performance.now();
      const cutOff = async ([bytes, limitMs]: readonly [string, number]) => {
        const socket = await hold(port, bytes);
        socket.resume();
        await once(socket, "close");
        return performance.now() - started < limitMs + slackMs;
      };
      expect(await Promise.all(began.map(cutOff))).toEqual(began.map(() => true));
      expect((await get(port, token)).status).toBe(200);
    });
  });
