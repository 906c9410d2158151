import { describe, expect, it } from "vitest";
import { TokenError } from "../../../worker/tokens/types.ts";
import { createCacheWorld, down, hour, minute } from "./cache-fixture.ts";

type World = ReturnType<typeof createCacheWorld>;

/** Milliseconds for which the failure of a request made now is repeated without a call. */
async function pauseOf(world: World): Promise<number> {
  const started = world.clock.now();
  const mints = world.mints;
  await expect(world.get()).rejects.toThrow();
  expect(world.mints).toBe(mints + 1);
  for (;;) {
    await world.clock.advance(100);
    await expect(world.get()).rejects.toThrow();
    if (world.mints > mints + 1) return world.clock.now() - started;
  }
}

describe("a failure", () => {
  it("is remembered for half a second, and twice as long each time up to ten", async () => {
    const world = createCacheWorld();
    world.answer = down;
    const calls: number[] = [];
    const started = world.clock.now();
    for (let tenth = 0; tenth < 600; tenth++) {
      const before = world.mints;
      await expect(world.get()).rejects.toThrow("down");
      if (world.mints > before) calls.push(world.clock.now() - started);
      await world.clock.advance(100);
    }
    const pauses = calls.slice(1).map((at, index) => at - (calls[index] ?? 0));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]);
  });

  it("is forgotten by a success: the next one starts small again", async () => {
    const world = createCacheWorld();
    const { answer } = world;
    world.answer = down;
    await expect(world.get()).rejects.toThrow();
    await world.clock.advance(500);
    await expect(world.get()).rejects.toThrow();
    await world.clock.advance(1_000);
    world.answer = answer;
    await world.get();
    await world.clock.advance(hour);
    world.answer = down;
    expect(await pauseOf(world)).toBe(500);
  });

  it.each([0, 1, 5, 12, 33, 77])("ends at most 20 s after the upstream's, which lasted %i s", async (seconds) => {
    const world = createCacheWorld();
    const { answer } = world;
    world.answer = down;
    for (let tenth = 0; tenth <= seconds * 10; tenth++) {
      await expect(world.get()).rejects.toThrow();
      await world.clock.advance(100);
    }
    world.answer = answer;
    const back = world.clock.now();
    while (!(await world.get().then(Boolean, () => false))) await world.clock.advance(100);
    expect(world.clock.now() - back).toBeLessThanOrEqual(20_000);
  });

  it.each([
    [3_000, 3_000],
    [100, 500],
    [15_000, 15_000],
    [600_000, 19_000],
  ])("that asks for %i ms is not repeated before %i ms", async (retryAfterMs, pause) => {
    const world = createCacheWorld();
    world.answer = () =>
      Promise.reject(new TokenError("rejected", "token endpoint", "slow down", { status: 429, retryAfterMs }));
    expect(await pauseOf(world)).toBe(pause);
  });

  it("of one key says nothing about another", async () => {
    const world = createCacheWorld();
    const { answer } = world;
    world.answer = down;
    await expect(world.get("broken")).rejects.toThrow();
    world.answer = answer;
    expect((await world.get("whole")).value).toBe("token-2");
  });
});

describe("the wall clock", () => {
  it("makes a token expire when the machine was asleep", async () => {
    const world = createCacheWorld();
    await world.get();
    world.clock.jump(2 * hour);
    expect(world.cache.held("k")).toBeUndefined();
    expect((await world.get()).value).toBe("token-2");
  });

  it.each([
    ["at once", 0],
    ["after half an hour", 30 * minute],
  ])("lengthens no token when it is set back %s", async (_, later) => {
    const world = createCacheWorld();
    await world.get();
    await world.clock.advance(later);
    const { expiresAt } = await world.get();
    const left = expiresAt - world.clock.now();
    world.clock.jump(-5 * hour);
    const token = await world.get();
    expect(token.value).toBe("token-1");
    expect(token.expiresAt - world.clock.now()).toBe(left);
    expect(token.expiresAt - (token.mintedAt ?? 0)).toBe(hour);
    await world.clock.advance(left);
    expect((await world.get()).value).toBe("token-2");
  });

  it("prolongs no failure when it is set back", async () => {
    const world = createCacheWorld();
    const { answer } = world;
    world.answer = down;
    await expect(world.get()).rejects.toThrow();
    world.answer = answer;
    world.clock.jump(-5 * hour);
    await expect(world.get()).rejects.toThrow();
    await world.clock.advance(500);
    expect((await world.get()).value).toBe("token-2");
  });
});

describe("the number of keys", () => {
  it("is bounded: those used longest ago go first", async () => {
    const world = createCacheWorld({ maxKeys: 3 });
    for (const key of ["a", "b", "c", "a", "d"]) await world.get(key);
    expect([...world.cache.entries()].map(({ key }) => key)).toEqual(["c", "a", "d"]);
    expect(world.mints).toBe(4);
  });

  it("comes back to the bound after more keys than that were asked for at once", async () => {
    const world = createCacheWorld();
    await Promise.all(Array.from({ length: 5_000 }, (_, at) => world.get(`key-${at}`)));
    await world.get("one more");
    expect(world.cache.size).toBe(2_000);
  });

  it("counts failures, too", async () => {
    const world = createCacheWorld({ maxKeys: 10 });
    world.answer = down;
    for (let at = 0; at < 100; at++) await expect(world.get(`key-${at}`)).rejects.toThrow();
    expect(world.cache.size).toBe(10);
  });
});

describe("the end of each flight", () => {
  it("is told with its outcome and time", async () => {
    const told: unknown[] = [];
    const world = createCacheWorld({
      onFlight: (key, { error, ms, token }) => told.push([key, token?.value, String(error), ms]),
    });
    await world.get("a");
    world.answer = down;
    await expect(world.get("b")).rejects.toThrow();
    expect(told).toEqual([
      ["a", "token-1", "undefined", 0],
      ["b", undefined, "TokenError: the upstream is down", 0],
    ]);
  });
});
