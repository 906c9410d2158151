/**
 * The token cache: one flight a key, served like the real server until five minutes before expiry, renewed ahead in
 * the background, and never worse off for a failure. It knows no source and no HTTP.
 *
 * The real server serves a token until 5 minutes are left (mds-behaviour.md 6.1); some clients call a token expired at
 * 6 minutes and would ask in a loop (clients.md R12), so renewal starts earlier.
 *
 * @module
 */
import type { Clock } from "../platform.ts";
import { type Token, TokenError } from "./types.ts";

/** Renewal starts in the background when less than this is left. */
const renewAheadMs = 7 * 60_000;
/** A token with less than this left is not served while a newer one can be had. */
const minimumMs = 5 * 60_000;
/** One flight's time, whatever its callers do. Clients' own limits are longer (interface.md: within 30 s). */
const flightMs = 25_000;
/** First and longest time for which a failure is remembered; doubled from one failure to the next. */
const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** Keys beyond this many push out the one that was used longest ago. */
const maxKeys = 2_000;

/** Makes a token. The signal fires when the flight's time is over. */
export type Mint = (signal: AbortSignal) => Promise<Token>;

interface Entry {
  token: Token | undefined;
  flight: Promise<Token> | undefined;
  /** Time span of the held token when it came, so that short-lived ones are not renewed all the time. */
  lifetimeMs: number;
  failure: { readonly error: unknown; readonly until: number; readonly pauseMs: number } | undefined;
}

export interface TokenCacheOptions {
  readonly clock: Clock;
  /** Told about every flight's end. */
  readonly onFlight?: (key: string, result: { token?: Token; error?: unknown; ms: number }) => void;
}

export class TokenCache {
  readonly #clock: Clock;
  readonly #onFlight: TokenCacheOptions["onFlight"];
  readonly #entries = new Map<string, Entry>();

  constructor(options: TokenCacheOptions) {
    this.#clock = options.clock;
    this.#onFlight = options.onFlight;
  }

  /** Number of keys held. */
  get size(): number {
    return this.#entries.size;
  }

  /** Returns the token under `key` if it can be served as it is, without starting anything. */
  held(key: string): Token | undefined {
    const entry = this.#entries.get(key);
    return entry?.token !== undefined && this.#left(entry.token) > margins(entry).renew ? entry.token : undefined;
  }

  /**
   * Returns the token under `key`, from the cache or from `mint`. While a token lives, a failing `mint` never shows:
   * the held one is served. Rejects with what `mint` threw (or with `unavailable` when the flight's time was over).
   */
  get(key: string, mint: Mint): Token | Promise<Token> {
    const entry = this.#touch(key);
    const { token } = entry;
    const left = token === undefined ? 0 : this.#left(token);
    if (token !== undefined && left > (token.fixed === true ? 0 : margins(entry).renew)) return token;
    if (token !== undefined && left > margins(entry).minimum) {
      void this.#fly(key, entry, mint).catch(() => undefined);
      return token;
    }
    const flight = this.#fly(key, entry, mint);
    return token === undefined || left <= 0 ? flight : flight.catch((error) => (this.#left(token) > 0 ? token : Promise.reject(error)));
  }

  /** Forgets tokens, so that the next request of each key mints anew. Flights under way go on. */
  clear(matches: (key: string) => boolean = () => true): void {
    for (const key of [...this.#entries.keys()]) if (matches(key)) this.#entries.delete(key);
  }

  /** Keys with what they hold, for the inspector. */
  *entries(): Generator<{ key: string; token: Token | undefined; failure: unknown }> {
    for (const [key, { token, failure }] of this.#entries) yield { key, token, failure: failure?.error };
  }

  #left(token: Token): number {
    return token.expiresAt - this.#clock.now();
  }

  #touch(key: string): Entry {
    const entry = this.#entries.get(key) ?? { token: undefined, flight: undefined, lifetimeMs: 0, failure: undefined };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > maxKeys) {
      for (const [oldest, { flight }] of this.#entries) {
        if (flight === undefined && oldest !== key) {
          this.#entries.delete(oldest);
          break;
        }
      }
    }
    return entry;
  }

  /** Joins the flight of this key, repeats a fresh failure, or starts a flight. */
  #fly(key: string, entry: Entry, mint: Mint): Promise<Token> {
    if (entry.flight !== undefined) return entry.flight;
    if (entry.failure !== undefined && this.#clock.now() < entry.failure.until) return Promise.reject(entry.failure.error);
    const started = this.#clock.now();
    const flight = this.#limited(mint).then(
      (token) => this.#landed(key, entry, token, started),
      (error) => this.#crashed(key, entry, error, started),
    );
    entry.flight = flight;
    return flight;
  }

  #landed(key: string, entry: Entry, token: Token, started: number): Token {
    const now = this.#clock.now();
    entry.flight = undefined;
    entry.failure = undefined;
    entry.token = { ...token, mintedAt: now };
    entry.lifetimeMs = token.expiresAt - now;
    this.#onFlight?.(key, { token, ms: now - started });
    return entry.token;
  }

  #crashed(key: string, entry: Entry, error: unknown, started: number): never {
    const now = this.#clock.now();
    const again = entry.failure !== undefined && now - entry.failure.until < longestPauseMs;
    const pauseMs = again && entry.failure !== undefined ? Math.min(longestPauseMs, entry.failure.pauseMs * 2) : firstPauseMs;
    const asked = error instanceof TokenError ? (error.retryAfterMs ?? 0) : 0;
    entry.flight = undefined;
    entry.failure = { error, pauseMs, until: now + Math.min(longestPauseMs, Math.max(pauseMs, asked)) };
    this.#onFlight?.(key, { error, ms: now - started });
    throw error;
  }

  #limited(mint: Mint): Promise<Token> {
    const controller = new AbortController();
    return new Promise<Token>((resolve, reject) => {
      const cancel = this.#clock.timer(flightMs, () => {
        controller.abort();
        reject(new TokenError("unavailable", "credential", `Cannot get a token: no answer within ${flightMs / 1000} s`));
      });
      mint(controller.signal).then(resolve, reject).finally(cancel);
    });
  }
}

/** A token that lives less than half an hour in all keeps proportionally smaller margins. */
function margins(entry: Entry): { renew: number; minimum: number } {
  return { renew: Math.min(renewAheadMs, entry.lifetimeMs / 4), minimum: Math.min(minimumMs, entry.lifetimeMs / 6) };
}
