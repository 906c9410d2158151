/**
 * Traffic by the second over the last minutes, for charts. A few additions a request.
 *
 * @module
 */
import type { Clock } from "../platform.ts";
import type { Second } from "./messages.ts";

const keptSeconds = 300;

type Counts = { -readonly [Name in keyof Second]: Second[Name] };

/** What counts of a request. */
export interface Counted {
  readonly status: number;
  readonly ms: number;
  /** Whether it waited for a change: its time is none of this server's. */
  readonly waited: boolean;
  readonly cache: string | undefined;
}

export class TrafficCounter {
  readonly #clock: Clock;
  /** Oldest first. */
  #seconds: Counts[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  request({ cache, ms, status, waited }: Counted): void {
    const second = this.#current();
    second.requests++;
    if (status >= 400) second.errors++;
    if (!waited) {
      second.ms += ms;
      second.timed++;
    }
    if (cache === undefined) return;
    second.tokens++;
    if (cache === "hit" || cache === "refreshed") second.hits++;
  }

  upstream(): void {
    this.#current().upstream++;
  }

  /** Returns the seconds with traffic at or after `at` (seconds since the epoch), oldest first. */
  since(at: number): readonly Second[] {
    const oldest = Math.floor(this.#clock.now() / 1000) - keptSeconds;
    return this.#seconds.filter((second) => second.at >= at && second.at > oldest);
  }

  #current(): Counts {
    const at = Math.floor(this.#clock.now() / 1000);
    const last = this.#seconds.at(-1);
    if (last !== undefined && last.at >= at) return last;
    const next: Counts = { at, requests: 0, errors: 0, ms: 0, timed: 0, tokens: 0, hits: 0, upstream: 0 };
    this.#seconds.push(next);
    if (this.#seconds.length >= 2 * keptSeconds) this.#seconds = this.#seconds.slice(-keptSeconds);
    return next;
  }
}
