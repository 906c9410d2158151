/**
 * Random schedules of requests, passing time and upstream behaviour against what must always hold, whatever happens.
 *
 * @module
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { TokenCache } from "../../../worker/tokens/cache.ts";
import { type Token, TokenError } from "../../../worker/tokens/types.ts";
import { createFakeClock } from "../../fakes/clock.ts";

const keys = ["a", "b", "c"] as const;

type Step =
  | { readonly kind: "request"; readonly key: string; readonly times: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "jump"; readonly ms: number }
  | { readonly kind: "upstream"; readonly mode: Mode; readonly lifetimeMs: number }
  | { readonly kind: "answer" };
type Mode = "good" | "down" | "silent";

const minutes = (most: number) => fc.integer({ min: 1, max: most * 60_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("request" as const),
      key: fc.constantFrom(...keys),
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(minutes(70), fc.integer({ min: 1, max: 20_000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("jump" as const), ms: fc.integer({ min: -7_200_000, max: 7_200_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("upstream" as const),
      mode: fc.constantFrom<Mode>("good", "down", "silent"),
      lifetimeMs: minutes(120),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "answer" as const }) },
);

/** What is true of a token, by a clock that is never set. */
interface Fact {
  readonly key: string;
  readonly deadAt: number;
}

/** Plays a schedule and checks each answer when it comes. */
class Play {
  readonly #clock = createFakeClock(Date.parse("2026-11-24T12:00:00Z"));
  readonly #cache = new TokenCache({ clock: this.#clock, maxKeys: 2 });
  /** How far the wall clock has been set back in all: real time goes on nevertheless. */
  #setBackMs = 0;
  readonly #facts = new Map<string, Fact>();
  readonly #flying = new Set<string>();
  #silent: (() => void)[] = [];
  #mode: Mode = "good";
  #lifetimeMs = 3_600_000;
  #lastGoodAt = new Map<string, number>();
  readonly #open = new Set<Promise<void>>();

  async run(steps: readonly Step[]): Promise<void> {
    for (const each of steps) await this.#step(each);
    // Nobody waits for ever.
    await this.#clock.advance(26_000);
    await this.#clock.advance(26_000);
    expect(this.#open.size).toBe(0);
    this.#mode = "good";
    await this.#clock.advance(10_000);
    for (const key of keys) await this.#cache.get(key, (signal) => this.#mint(key, signal));
  }

  async #step(each: Step): Promise<void> {
    if (each.kind === "pass") await this.#clock.advance(each.ms);
    else if (each.kind === "jump") this.#jump(each.ms);
    else if (each.kind === "answer") for (const answer of this.#silent.splice(0)) answer();
    else if (each.kind === "upstream") [this.#mode, this.#lifetimeMs] = [each.mode, each.lifetimeMs];
    else for (let n = 0; n < each.times; n++) this.#request(each.key);
    await this.#clock.advance(0);
    expect(this.#cache.size).toBeLessThanOrEqual(keys.length);
  }

  #jump(ms: number): void {
    // That a clock was set back shows only to who looks at it before and after.
    this.#cache.held("a");
    this.#clock.jump(ms);
    this.#cache.held("a");
    if (ms < 0) this.#setBackMs -= ms;
  }

  #now(): number {
    return this.#clock.now() + this.#setBackMs;
  }

  #request(key: string): void {
    const living = this.#lastGoodAt.get(key) ?? 0;
    const had = living > this.#now() && this.#held(key);
    const outcome = Promise.resolve(this.#cache.get(key, (signal) => this.#mint(key, signal))).then(
      (token) => this.#judge(key, token),
      (error) => {
        expect(error).toBeInstanceOf(TokenError);
        // While a token lives, no failure shows.
        if (had) expect(living).toBeLessThanOrEqual(this.#now());
      },
    );
    this.#open.add(outcome);
    void outcome.finally(() => this.#open.delete(outcome)).catch(() => undefined);
    this.#outcomes.push(outcome);
  }

  readonly #outcomes: Promise<void>[] = [];

  #held(key: string): boolean {
    return [...this.#cache.entries()].some((entry) => entry.key === key && entry.token !== undefined);
  }

  #judge(key: string, token: Token): void {
    const fact = this.#facts.get(token.value);
    expect(fact?.key).toBe(key);
    expect(fact?.deadAt).toBeGreaterThan(this.#now());
  }

  #mint(key: string, signal: AbortSignal): Promise<Token> {
    expect(this.#flying.has(key), "a second flight of one key").toBe(false);
    this.#flying.add(key);
    return this.#upstream(key, signal).finally(() => this.#flying.delete(key));
  }

  async #upstream(key: string, signal: AbortSignal): Promise<Token> {
    if (this.#mode === "silent") await this.#silence(signal);
    if (this.#mode === "down") throw new TokenError("unavailable", "token endpoint", "down");
    const value = `${key}-${this.#facts.size}`;
    this.#facts.set(value, { key, deadAt: this.#now() + this.#lifetimeMs });
    this.#lastGoodAt.set(key, this.#now() + this.#lifetimeMs);
    return { value, expiresAt: this.#clock.now() + this.#lifetimeMs };
  }

  /** Ends when the schedule says so, or with the flight's time. */
  #silence(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#silent.push(resolve);
      signal.addEventListener("abort", () => reject(new TokenError("unavailable", "token endpoint", "silent")));
    });
  }

  async settled(): Promise<void> {
    await Promise.all(this.#outcomes);
  }
}

it("never serves an expired token, never flies twice for a key, never fails while a token lives, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const play = new Play();
      await play.run(steps);
      await play.settled();
    }),
  );
});
