/**
 * How many requests pass: a bucket per key that holds a burst and fills again with time. Clients keep their tokens, so
 * one that asks all the time has something wrong; it must not use up what the others need.
 *
 * @module
 */
import type { Clock } from "../platform.ts";

/** A bucket that holds `burst` requests and gains `perSecond`. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Keys that are remembered; the one that was idle longest is forgotten first, and its bucket is full by then. */
const maxKeys = 10_000;

export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { level: number; at: number }>();

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Takes one request of `key`. Returns 0, or after how many milliseconds there is room for it. */
  take(key: string): number {
    const now = this.#clock.now();
    const { burst, perSecond } = this.#limit;
    const held = this.#buckets.get(key) ?? { level: burst, at: now };
    const level = Math.min(burst, held.level + (Math.max(0, now - held.at) / 1000) * perSecond);
    const passes = level >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { level: passes ? level - 1 : level, at: now });
    if (this.#buckets.size > maxKeys)
      for (const [oldest] of this.#buckets) {
        this.#buckets.delete(oldest);
        break;
      }
    return passes ? 0 : Math.ceil(((1 - level) / perSecond) * 1000);
  }
}
