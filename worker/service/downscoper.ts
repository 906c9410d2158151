/**
 * Access tokens of a rule with a Credential Access Boundary. They have a cache of their own: a token that is narrowed
 * must never answer for one that is not, nor the other way round.
 *
 * @module
 */
import type { Emulator } from "../emulator.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import type { Account } from "../tokens/accounts.ts";
import { TokenCache } from "../tokens/cache.ts";
import type { CacheTrace } from "../tokens/cache-entry.ts";
import { downscope } from "../tokens/google/downscope.ts";
import type { AccessTokenRequest, Token } from "../tokens/types.ts";

type Mint = (request: AccessTokenRequest) => Token | Promise<Token>;

/** Builds the way to narrowed tokens over `mint`, the account's own. */
export function createDownscoper(
  boundary: JsonObject,
  mint: Mint,
  emulator: Emulator,
  platform: Platform,
): (account: Account, request: AccessTokenRequest, trace?: CacheTrace) => Token | Promise<Token> {
  const cache = new TokenCache({ clock: platform.clock });
  return (account, request, trace) =>
    cache.get(
      `${account.email}\n${request.lifetime ?? ""}\n${request.scopes.join(" ")}`,
      async (signal) => downscope(platform, emulator.settings.endpoints.sts, await mint(request), boundary, signal),
      trace,
    );
}
