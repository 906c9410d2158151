/**
 * The token cache: one flight a key, served like the real server until five minutes before expiry, renewed ahead in
 * the background, and never worse off for a failure. It knows no source and no HTTP.
 *
 * @module
 */
import type { Clock } from "../platform.ts";
import { type CacheTrace, type Entry, failed, minimumOf, renewBelow, setBack } from "./cache-entry.ts";
import { limited, type Mint } from "./flight.ts";
import { type Token, TokenError } from "./types.ts";

export type { Mint } from "./flight.ts";

/** How long a caller waits for a newer token while the held one still lives; some clients give up after few seconds. */
const patienceMs = 2_000;
/** Tokens and failures that are held. */
export const maxKeys = 2_000;
/** Requests that wait for a token at a time, of all keys: each holds a connection and some memory. */
export const maxWaiting = 10_000;

export interface TokenCacheOptions {
  readonly clock: Clock;
  /** Longest time for which a failure is remembered, in milliseconds. Default 10 000. */
  readonly longestPauseMs?: number;
  /** Keys beyond this many push out those that were used longest ago. Default `maxKeys`. */
  readonly maxKeys?: number;
  /** Callers beyond this many that would have to wait are refused. Default `maxWaiting`. */
  readonly maxWaiting?: number;
  /** Told about every flight's end. */
  readonly onFlight?: (key: string, result: { token?: Token; error?: unknown; ms: number }) => void;
}

export class TokenCache {
  readonly #clock: Clock;
  readonly #onFlight: TokenCacheOptions["onFlight"];
  readonly #longestPauseMs: number;
  readonly #maxKeys: number;
  readonly #maxWaiting: number;
  readonly #entries = new Map<string, Entry>();
  /** The entry that was asked for last. */
  #recent: Entry | undefined;
  /** Callers that wait now. */
  #waiting = 0;
  /** Time by the clock when it was last looked at. */
  #latest = Number.NEGATIVE_INFINITY;

  constructor(options: TokenCacheOptions) {
    this.#clock = options.clock;
    this.#longestPauseMs = options.longestPauseMs ?? 10_000;
    this.#maxKeys = options.maxKeys ?? maxKeys;
    this.#maxWaiting = options.maxWaiting ?? maxWaiting;
    this.#onFlight = options.onFlight;
  }

  /** Number of keys held. */
  get size(): number {
    return this.#entries.size;
  }

  /** Returns the token under `key` if it can be served as it is, without starting anything. */
  held(key: string, trace: CacheTrace = {}): Token | undefined {
    const entry = this.#entries.get(key);
    const left = this.#left(entry);
    if (entry === undefined || left <= renewBelow(entry)) return undefined;
    trace.cache = "hit";
    return entry.token;
  }

  /**
   * Returns the token under `key`, from the cache or from `mint`. While a token lives, a failing `mint` never shows:
   * the held one is served. Rejects with what `mint` threw (or with `unavailable` when the flight's time was over).
   * `trace` is told at once which of the ways it was.
   */
  get(key: string, mint: Mint, trace: CacheTrace = {}): Token | Promise<Token> {
    if (this.#waiting >= this.#maxWaiting && this.#left(this.#entries.get(key)) <= 0) {
      trace.cache = "failed";
      return Promise.reject(crowded(this.#maxWaiting));
    }
    const entry = this.#touch(key);
    const left = this.#left(entry);
    const { token } = entry;
    if (token !== undefined && left > renewBelow(entry)) {
      trace.cache = "hit";
      return token;
    }
    const flight = this.#fly(key, entry, mint, trace);
    if (token === undefined || left <= 0) return this.#counted(flight);
    trace.cache = "refreshed";
    if (left <= minimumOf(entry)) return this.#orHeld(flight, entry);
    void flight.catch(() => undefined);
    return token;
  }

  /** Forgets tokens, so that the next request of each key mints anew. Flights under way go on. */
  clear(matches: (key: string) => boolean = () => true): void {
    for (const key of [...this.#entries.keys()]) if (matches(key)) this.#entries.delete(key);
  }

  /** Keys with what they hold, for the inspector. */
  *entries(): Generator<{ key: string; token: Token | undefined; failure: unknown }> {
    for (const [key, { token, failure }] of this.#entries) yield { key, token, failure: failure?.error };
  }

  #counted(flight: Promise<Token>): Promise<Token> {
    this.#waiting++;
    const leave = () => void this.#waiting--;
    flight.then(leave, leave);
    return flight;
  }

  /** Milliseconds that the held token has left; 0 without one. */
  #left(entry: Entry | undefined): number {
    const now = this.#now();
    return entry?.token === undefined ? 0 : entry.token.expiresAt - now;
  }

  /** The time. Where the clock was set back, no token lives and no failure is remembered longer for it. */
  #now(): number {
    const now = this.#clock.now();
    const back = this.#latest - now;
    this.#latest = now;
    if (back > 0) for (const entry of this.#entries.values()) setBack(entry, back);
    return now;
  }

  #touch(key: string): Entry {
    const known = this.#entries.get(key);
    // Most requests ask for what the one before them asked for, and that stands at the end already.
    if (known !== undefined && known === this.#recent) return known;
    const entry = known ?? { token: undefined, flight: undefined, lifetimeMs: 0, failure: undefined };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#recent = entry;
    return entry;
  }

  /** Comes back to the bound: what was used longest ago goes first. */
  #trim(key: string, goes: (entry: Entry) => boolean): void {
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.#maxKeys) break;
      if (entry.flight === undefined && (oldest !== key || entry.token === undefined) && goes(entry))
        this.#entries.delete(oldest);
    }
  }

  /** The flight's token if it comes soon, else the held one if it still lives. */
  async #orHeld(flight: Promise<Token>, entry: Entry): Promise<Token> {
    let cancel = (): void => undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = this.#clock.timer(patienceMs, () => resolve(undefined));
    });
    const newer = await Promise.race([flight, late]).catch(() => undefined);
    cancel();
    return newer ?? (entry.token !== undefined && this.#left(entry) > 0 ? entry.token : flight);
  }

  /** Joins the flight of this key, repeats a fresh failure, or starts a flight. */
  #fly(key: string, entry: Entry, mint: Mint, trace: CacheTrace): Promise<Token> {
    trace.cache = "coalesced";
    if (entry.flight !== undefined) return entry.flight;
    const started = this.#now();
    trace.cache = "failed";
    if (entry.failure !== undefined && started < entry.failure.until) return Promise.reject(entry.failure.error);
    trace.cache = "minted";
    const flight = limited(mint, this.#clock).then(
      (token) => this.#landed(key, entry, token, started),
      (error) => this.#crashed(key, entry, error, started),
    );
    entry.flight = flight;
    return flight;
  }

  #landed(key: string, entry: Entry, token: Token, started: number): Token {
    const now = this.#now();
    entry.flight = undefined;
    entry.failure = undefined;
    entry.token = { ...token, mintedAt: now };
    entry.lifetimeMs = token.expiresAt - now;
    this.#trim(key, () => true);
    this.#onFlight?.(key, { token, ms: now - started });
    return entry.token;
  }

  #crashed(key: string, entry: Entry, error: unknown, started: number): never {
    const now = this.#now();
    entry.flight = undefined;
    entry.failure = failed(entry.failure, error, now, this.#longestPauseMs);
    // Whoever asks for what cannot be had pushes out no token.
    this.#trim(key, (other) => other.token === undefined);
    this.#onFlight?.(key, { error, ms: now - started });
    throw error;
  }
}

const crowded = (most: number) =>
  new TokenError(
    "unavailable",
    "credential",
    `Cannot get a token: ${most} requests wait for one already; ask again later`,
  );
