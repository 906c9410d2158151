/** Which connections Bun may close as idle: a stand-in of `Bun.serve` shows what the adapter asks of it, on any runtime. */
import { afterEach, expect, it, vi } from "vitest";
import { bun } from "../../../worker/entry/listen/bun.ts";
import type { Answer } from "../../../worker/http/reply.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

interface Options {
  readonly idleTimeout: number;
  fetch(request: Request, server: { timeout(request: Request, seconds: number): void }): Response | Promise<Response>;
}

/** Serves what `handle` gives, and tells the time-outs that were set while one request was answered. */
async function timeoutsOf(handle: () => Answer): Promise<{ standing: number; set: readonly number[] }> {
  const given: { options?: Options } = {};
  const serve = (options: Options) => {
    given.options = options;
    return { port: 1, stop: async () => undefined };
  };
  const { Bun: own } = globalThis as { Bun?: { serve: typeof serve } };
  if (own === undefined) vi.stubGlobal("Bun", { serve });
  else vi.spyOn(own, "serve").mockImplementation(serve);
  const unused = { fetch: () => Promise.reject(new Error("unused")), close: () => undefined };
  await bun.listen({ ...unused, handle }, { host: "127.0.0.1", port: 0 });
  const set: number[] = [];
  const request = new Request("http://metadata/", { headers: { host: "metadata" } });
  await given.options?.fetch(request, { timeout: (_, seconds) => void set.push(seconds) });
  return { standing: given.options?.idleTimeout ?? 0, set };
}

const reply = { status: 200, headers: {}, body: "x" };

it("closes connections that ask nothing, and leaves alone what is answered at once", async () => {
  expect(await timeoutsOf(() => reply)).toEqual({ standing: 75, set: [] });
});

it("lets a request that takes time take it, and counts anew after that", async () => {
  expect((await timeoutsOf(async () => reply)).set).toEqual([0, 75]);
});

it("never closes a stream of events", async () => {
  const stream = new ReadableStream<Uint8Array>();
  expect((await timeoutsOf(async () => ({ ...reply, stream }))).set).toEqual([0]);
});
