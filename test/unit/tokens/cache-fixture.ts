/**
 * A token cache on a clock that the test moves, over an upstream that it answers by hand.
 *
 * @module
 */
import { type Mint, TokenCache, type TokenCacheOptions } from "../../../worker/tokens/cache.ts";
import { type Token, TokenError } from "../../../worker/tokens/types.ts";
import { createFakeClock, type FakeClock } from "../../fakes/clock.ts";

export const hour = 3_600_000;
export const minute = 60_000;

export interface CacheWorld {
  readonly cache: TokenCache;
  readonly clock: FakeClock;
  /** Number of mints that were started. */
  readonly mints: number;
  /** What the next mints do. Default: a token of `lifetimeMs`. */
  answer: Mint;
  /** Life of the tokens that the default answer makes. Default an hour. */
  lifetimeMs: number;
  /** Asks for a key. */
  get(key?: string): Promise<Token>;
}

export function createCacheWorld(options: Omit<TokenCacheOptions, "clock"> = {}): CacheWorld {
  const clock = createFakeClock(Date.parse("2026-11-24T12:00:00Z"));
  const cache = new TokenCache({ clock, ...options });
  let mints = 0;
  const world: CacheWorld = {
    cache,
    clock,
    lifetimeMs: hour,
    get mints() {
      return mints;
    },
    answer: async () => ({ value: `token-${mints}`, expiresAt: clock.now() + world.lifetimeMs }),
    get: async (key = "k") =>
      cache.get(key, (signal) => {
        mints++;
        return world.answer(signal);
      }),
  };
  return world;
}

/** What an upstream that is down does. */
export const down: Mint = () =>
  Promise.reject(new TokenError("unavailable", "token endpoint", "the upstream is down", { status: 503 }));

/** An upstream that answers when the test says so. */
export function gate(): { mint: Mint; open: (token: Token) => void; fail: (error: Error) => void } {
  let open = (_: Token): void => undefined;
  let fail = (_: Error): void => undefined;
  const answer = new Promise<Token>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { mint: () => answer, open: (token) => open(token), fail: (error) => fail(error) };
}
