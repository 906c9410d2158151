import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxWaiters } from "../../../worker/metadata/waiters.ts";
import { startWorld, type World } from "../control/world.ts";

type Action =
  | { readonly do: "write"; readonly key: number; readonly settle: boolean }
  | { readonly do: "remove"; readonly key: number }
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "leave"; readonly follower: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("write" as const), key: fc.nat(2), settle: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), key: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.nat(4_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), follower: fc.nat(2) }) },
);

/** One who follows a node as Google's agents do: each answer's ETag is the next request's `last_etag`. */
class Follower {
  readonly seen: string[] = [];
  #abort = new AbortController();
  #ended = false;
  readonly #done: Promise<void>;

  constructor(world: World, path: string) {
    this.#done = this.#follow(world, path);
  }

  /** The client goes away in the middle of a request and comes back with the last ETag that it has. */
  leave(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.leave();
    await this.#done;
  }

  async #follow(world: World, path: string): Promise<void> {
    let etag = "0";
    while (!this.#ended) {
      const { signal } = this.#abort;
      const answer = await world.get(`${path}wait_for_change=true&timeout_sec=3&last_etag=${etag}`, { signal });
      const body = await answer.text();
      if (signal.aborted) continue;
      const next = answer.headers.get("etag") ?? "";
      if (next !== etag) this.seen.push(body);
      etag = next;
    }
  }
}

const base = "instance/attributes";
const ordered = (seen: readonly string[]) => seen.every((value, i) => i === 0 || Number(seen[i - 1]) < Number(value));
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe("Waiting", () => {
  it("loses no change, in any of a thousand interleavings of writes and waits", { timeout: 120_000 }, async () => {
    const world = await startWorld();
    const { store } = world.emulator;
    const control = await world.emulator.control();
    let counter = 0;
    const schedule = async (actions: readonly Action[]) => {
      await control.set(base, { k0: String(++counter) });
      const [leaf, directory, elsewhere] = [
        new Follower(world, `${base}/k0?`),
        new Follower(world, `${base}/?recursive=true&`),
        new Follower(world, "project/?recursive=true&"),
      ];
      const followers = [leaf, directory, elsewhere];
      const pending: Promise<unknown>[] = [];
      for (const one of actions) {
        if (one.do === "advance") await world.clock.advance(one.ms);
        else if (one.do === "leave") followers[one.follower]?.leave();
        else if (one.do === "remove") pending.push(control.delete(`${base}/k${one.key}`));
        else {
          const written = control.set(`${base}/k${one.key}`, String(++counter));
          pending.push(written);
          if (one.settle) await written;
        }
      }
      await Promise.all(pending);
      await turns(4);
      expect(leaf.seen.at(-1)).toBe(control.get(`${base}/k0`));
      expect(ordered(leaf.seen)).toBe(true);
      expect(JSON.parse(directory.seen.at(-1) ?? "")).toEqual(control.get(base));
      expect(elsewhere.seen).toHaveLength(1);
      await Promise.all(followers.map((follower) => follower.end()));
      expect(store.waiters.count).toBe(0);
      expect(world.clock.pending).toBe(0);
    };
    await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), schedule), { numRuns: 1_000 });
  });

  it("holds ten thousand requests, refuses one more with 503, and wakes them all", { timeout: 60_000 }, async () => {
    const world = await startWorld({ metadata: { instance: { attributes: { k: "1" } } } });
    const waiting = Array.from({ length: maxWaiters }, () => world.get(`${base}/k?wait_for_change=true`));
    await expect.poll(() => world.emulator.store.waiters.count, { timeout: 30_000 }).toBe(maxWaiters);
    const refused = await world.get(`${base}/k?wait_for_change=true`);
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain("Too many requests are waiting");
    expect(await world.text(`${base}/k`)).toBe("1");
    await (await world.emulator.control()).set(`${base}/k`, "2");
    const bodies = await Promise.all(waiting.map(async (answer) => (await answer).text()));
    expect(new Set(bodies)).toEqual(new Set(["2"]));
    expect(world.emulator.store.waiters.count).toBe(0);
  });

  it("ends with the same value and ETag when the time is up, and is not woken by a write of the same value", async () => {
    const world = await startWorld({ metadata: { instance: { attributes: { k: "1" } } } });
    const before = await world.get(`${base}/k`);
    const waiting = world.get(`${base}/k?wait_for_change=true&timeout_sec=5`);
    await expect.poll(() => world.emulator.store.waiters.count).toBe(1);
    await (await world.emulator.control()).set(`${base}/k`, "1");
    expect(world.emulator.store.waiters.count).toBe(1);
    await world.clock.advance(5_000);
    const after = await waiting;
    expect([after.status, await after.text()]).toEqual([200, "1"]);
    expect(after.headers.get("etag")).toBe(before.headers.get("etag"));
  });

  it("ends after the longest wait of a runtime that does not tell of clients that have gone", async () => {
    const world = await startWorld({ metadata: { instance: { attributes: { k: "1" } } } }, { maxWaitMs: 600_000 });
    const waits = [
      world.get(`${base}/k?wait_for_change=true`),
      world.get(`${base}/k?wait_for_change=true&timeout_sec=900`),
    ];
    await expect.poll(() => world.emulator.store.waiters.count).toBe(2);
    await world.clock.advance(599_999);
    expect(world.emulator.store.waiters.count).toBe(2);
    await world.clock.advance(1);
    expect(await Promise.all(waits.map(async (answer) => (await answer).text()))).toEqual(["1", "1"]);
  });

  it("ends with 404 when the node, or a directory above it, is removed", async () => {
    const world = await startWorld({
      metadata: { instance: { attributes: { k: "1" }, box: { inner: { leaf: "x" } } } },
    });
    const answers = [`${base}/k?`, "instance/box/inner/leaf?", "instance/box/inner/?recursive=true&"].map((path) =>
      world.get(`${path}wait_for_change=true`),
    );
    await expect.poll(() => world.emulator.store.waiters.count).toBe(3);
    await (await world.emulator.control()).delete(`${base}/k`);
    await (await world.emulator.control()).delete("instance/box");
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});
