/**
 * How many new tokens an account gets: a program that asks for one audience after the other must not turn this server
 * into a flood of calls to Google. The real server limits the same endpoints and answers 429 (mds-behaviour.md 7).
 * Tokens that are held already are never counted.
 *
 * @module
 */
import { RateLimiter } from "../lib/rate-limiter.ts";
import type { Clock } from "../platform.ts";
import type { Account } from "./accounts.ts";
import { TokenError } from "./types.ts";

/** A thousand at once, as a cold start of many programs needs; then ten a second. Google's own figures are not known. */
export const mintLimit = { burst: 1_000, perSecond: 10 } as const;

/** Builds the check before each mint. It throws a `TokenError` with status 429 and the time to wait. */
export function createMintLimit(clock: Clock): (account: Account) => void {
  const buckets = new RateLimiter(mintLimit, clock);
  return ({ email, source }) => {
    // The local issuer asks nobody.
    if (source.local === true) return;
    const retryAfterMs = buckets.take(email);
    if (retryAfterMs === 0) return;
    const message = `Too many new tokens for ${email}: more than ${mintLimit.burst} at once; ask for fewer audiences or scopes, or later`;
    throw new TokenError("refused-request", "credential", message, { status: 429, retryAfterMs });
  };
}
