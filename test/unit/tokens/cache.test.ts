import { describe, expect, it } from "vitest";
import type { Token } from "../../../worker/tokens/types.ts";
import { TokenError } from "../../../worker/tokens/types.ts";
import { createCacheWorld, down, gate, hour, minute } from "./cache-fixture.ts";

describe("concurrent requests", () => {
  it("make one call when 1,000 come at once", async () => {
    const world = createCacheWorld();
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => world.get()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(["token-1"]));
    expect(world.mints).toBe(1);
  });

  it("make ten calls for ten keys with 100 each", async () => {
    const world = createCacheWorld();
    await Promise.all(Array.from({ length: 1_000 }, (_, at) => world.get(`key-${at % 10}`)));
    expect(world.mints).toBe(10);
  });

  it("share one failure, too", async () => {
    const world = createCacheWorld();
    world.answer = down;
    const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, () => world.get()));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(world.mints).toBe(1);
  });

  it("of one key do not wait for another key's slow mint", async () => {
    const world = createCacheWorld();
    const slow = gate();
    world.answer = slow.mint;
    const first = world.get("slow");
    world.answer = async () => ({ value: "quick", expiresAt: world.clock.now() + hour });
    expect((await world.get("other")).value).toBe("quick");
    slow.open({ value: "slow", expiresAt: world.clock.now() + hour });
    expect((await first).value).toBe("slow");
  });
});

describe("a flight", () => {
  it("ends after 25 seconds with the step at which its source stood", async () => {
    const world = createCacheWorld();
    world.answer = (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(new TokenError("unavailable", "STS", "stood at the STS"))),
      );
    const outcome = world.get().catch((error: unknown) => error);
    await world.clock.advance(25_000);
    expect(await outcome).toMatchObject({ failure: "unavailable", step: "STS", message: "stood at the STS" });
  });

  it("ends a moment later when its source does not heed the signal", async () => {
    const world = createCacheWorld();
    world.answer = gate().mint;
    const outcome = world.get().catch((error: unknown) => error);
    await world.clock.advance(25_500);
    expect(await outcome).toMatchObject({ failure: "unavailable", message: expect.stringContaining("within 25 s") });
  });

  it("has its own time, however late a caller joins", async () => {
    const world = createCacheWorld();
    world.answer = gate().mint;
    const first = world.get().catch(() => "over");
    await world.clock.advance(20_000);
    const second = world.get().catch(() => "over");
    await world.clock.advance(5_500);
    expect(await Promise.all([first, second])).toEqual(["over", "over"]);
    expect(world.mints).toBe(1);
  });

  it("leaves no timer behind", async () => {
    const world = createCacheWorld();
    await world.get();
    world.answer = () => {
      throw new Error("at once");
    };
    await expect(world.get("other")).rejects.toThrow("at once");
    await world.clock.advance(0);
    expect(world.clock.pending).toBe(0);
  });

  it("goes on when its key is forgotten, and the next request mints anew", async () => {
    const world = createCacheWorld();
    const old = gate();
    world.answer = old.mint;
    const first = world.get();
    world.cache.clear();
    world.answer = async () => ({ value: "new", expiresAt: world.clock.now() + hour });
    expect((await world.get()).value).toBe("new");
    old.open({ value: "old", expiresAt: world.clock.now() + hour });
    expect((await first).value).toBe("old");
    expect((await world.get()).value).toBe("new");
  });
});

describe("renewal", () => {
  it.each([
    ["8 minutes left are served as they are", hour - 8 * minute, "token-1", 1],
    ["6 minutes left are served and renewed in the background", hour - 6 * minute, "token-1", 2],
    ["5 minutes left wait for the new one", hour - 5 * minute, "token-2", 2],
    ["nothing left waits for the new one", hour, "token-2", 2],
  ])("%s", async (_, later, value, mints) => {
    const world = createCacheWorld();
    await world.get();
    await world.clock.advance(later);
    expect((await world.get()).value).toBe(value);
    expect(world.mints).toBe(mints);
    await world.clock.advance(0);
    expect((await world.get()).value).toBe(`token-${mints}`);
  });

  it("runs once in the background for many requests", async () => {
    const world = createCacheWorld();
    await world.get();
    await world.clock.advance(hour - 6 * minute);
    const renewal = gate();
    world.answer = renewal.mint;
    const served = await Promise.all(Array.from({ length: 100 }, () => world.get()));
    expect(served.every(({ value }) => value === "token-1")).toBe(true);
    expect(world.mints).toBe(2);
    renewal.open({ value: "renewed", expiresAt: world.clock.now() + hour });
    await world.clock.advance(0);
    expect((await world.get()).value).toBe("renewed");
  });

  it("that fails never replaces a token that lives", async () => {
    const world = createCacheWorld();
    await world.get();
    world.answer = down;
    for (const left of [6 * minute, 4 * minute, 1]) {
      await world.clock.advance(hour - left - (world.clock.now() - Date.parse("2026-11-24T12:00:00Z")));
      expect((await world.get()).value).toBe("token-1");
    }
    await world.clock.advance(1);
    await expect(world.get()).rejects.toThrow("down");
  });

  it("that hangs holds a request up for 2 seconds at most while a token lives", async () => {
    const world = createCacheWorld();
    await world.get();
    await world.clock.advance(hour - 3 * minute);
    world.answer = gate().mint;
    const served = world.get();
    await world.clock.advance(2_000);
    expect((await served).value).toBe("token-1");
  });

  it("of a token that lives shortly does not run all the time", async () => {
    const world = createCacheWorld();
    world.lifetimeMs = 2 * minute;
    for (let second = 0; second < 600; second++) {
      await world.get();
      await world.clock.advance(1_000);
    }
    expect(world.mints).toBeLessThanOrEqual(8);
  });

  it("of a token that its upstream gave out before does not run all the time", async () => {
    const world = createCacheWorld();
    const expiresAt = world.clock.now() + hour;
    world.answer = async () => ({ value: "the same", expiresAt });
    for (let second = 0; second < 3_599; second++) {
      await world.get();
      await world.clock.advance(1_000);
    }
    expect(world.mints).toBeLessThan(40);
  });

  it("never comes for a fixed token until it has expired", async () => {
    const world = createCacheWorld();
    const given: Token = { value: "given", expiresAt: world.clock.now() + hour, fixed: true };
    world.answer = async () => given;
    await world.get();
    await world.clock.advance(hour - 1);
    expect(world.cache.held("k")?.value).toBe("given");
    expect((await world.get()).value).toBe("given");
    expect(world.mints).toBe(1);
    await world.clock.advance(1);
    await expect(world.get()).rejects.toThrow("expired");
    expect(world.mints).toBe(2);
  });
});

describe("a token that has expired when it comes", () => {
  it("is refused instead of served", async () => {
    const world = createCacheWorld();
    world.lifetimeMs = 0;
    await expect(world.get()).rejects.toMatchObject({ failure: "garbage", message: expect.stringContaining("clock") });
  });
});
