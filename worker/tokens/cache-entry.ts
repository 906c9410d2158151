/**
 * What the token cache holds under one key, and how long that is good enough.
 *
 * The real server serves a token until 5 minutes are left (mds-behaviour.md 6.1); some clients call a token expired at
 * 6 minutes and would ask in a loop (clients.md R12), so renewal starts earlier.
 *
 * @module
 */
import { type Token, TokenError } from "./types.ts";

/** Renewal starts in the background when less than this is left. */
const renewAheadMs = 7 * 60_000;
/** A token with less than this left is not served while a newer one can be had. */
const minimumMs = 5 * 60_000;
/** First time for which a failure is remembered; doubled from one failure to the next. */
const firstPauseMs = 500;
/** `Retry-After` is heeded up to here: 20 s after its upstream is well everything works again (interface.md). */
const longestAskedMs = 19_000;

/**
 * How a request got its token: held (`hit`), held while the next one is fetched (`refreshed`), from the flight of
 * another request (`coalesced`), from a flight of its own (`minted`), or not at all because the last try failed just now.
 */
export type CacheOutcome = "hit" | "refreshed" | "coalesced" | "minted" | "failed";

/** Where whoever asks for a token is told how it came. */
export interface CacheTrace {
  cache?: CacheOutcome | undefined;
}

/** What went wrong last, and until when nobody tries again. */
export interface Failure {
  readonly error: unknown;
  readonly until: number;
  readonly pauseMs: number;
}

/** A key's token, the flight that fetches the next one, and the latest failure. */
export interface Entry {
  token: Token | undefined;
  flight: Promise<Token> | undefined;
  /** Time span of the held token when it came, so that short-lived ones are not renewed all the time. */
  lifetimeMs: number;
  failure: Failure | undefined;
}

/** Below this much life the held token is renewed. One that lives less than half an hour keeps smaller margins. */
export function renewBelow({ lifetimeMs, token }: Entry): number {
  return token?.fixed === true ? 0 : Math.min(renewAheadMs, lifetimeMs / 4);
}

/** Below this much life the held token is served only if no newer one comes. */
export function minimumOf({ lifetimeMs }: Entry): number {
  return Math.min(minimumMs, lifetimeMs / 6);
}

/** A failure that comes `now`, after `former`: its pause is twice the former one's if that was just over. */
export function failed(former: Failure | undefined, error: unknown, now: number, longestPauseMs: number): Failure {
  const again = former !== undefined && now - former.until < longestPauseMs;
  const pauseMs = again ? Math.min(longestPauseMs, former.pauseMs * 2) : firstPauseMs;
  const asked = error instanceof TokenError ? Math.min(longestAskedMs, error.retryAfterMs ?? 0) : 0;
  return { error, pauseMs, until: now + Math.max(pauseMs, asked) };
}

/** Keeps what an entry has left when the clock shows `ms` less than before. */
export function setBack(entry: Entry, ms: number): void {
  const { failure, token } = entry;
  if (failure !== undefined) entry.failure = { ...failure, until: failure.until - ms };
  if (token === undefined) return;
  const { expiresAt, mintedAt } = token;
  entry.token = { ...token, expiresAt: expiresAt - ms, ...(mintedAt === undefined ? {} : { mintedAt: mintedAt - ms }) };
}
