/**
 * What the token cache holds, for people and metrics: whose tokens, for what, how long they live, and how the last try
 * to get one ended. Values of tokens stay out.
 *
 * @module
 */
import { messageOf } from "../lib/errors.ts";
import type { Log } from "../platform.ts";
import type { TokenCache, TokenCacheOptions } from "./cache.ts";
import { TokenError } from "./types.ts";

/** What a key of the cache stands for; `accounts.ts` makes the keys. */
export interface HeldKey {
  readonly email: string;
  readonly kind: "access" | "id";
  /** Scopes separated by blanks, or the audience. */
  readonly target: string;
}

/** Reads a key. */
export function parseKey(key: string): HeldKey {
  const [email = "", kind, ...rest] = key.split("\n");
  return kind === "id"
    ? { email, kind, target: rest.slice(2).join("\n") }
    : { email, kind: "access", target: rest.slice(1).join("\n") };
}

/** Returns the seconds that each held token has left; tokens that have expired are left out. */
export function* lifetimesOf(cache: TokenCache, now: number): Generator<readonly ["access" | "id", number]> {
  for (const { key, token } of cache.entries()) {
    if (token !== undefined && token.expiresAt > now) yield [parseKey(key).kind, (token.expiresAt - now) / 1000];
  }
}

/**
 * Builds what writes the end of each flight to the log: at `debug`, but a failure of an upstream at `warn`, since behind a
 * token that still lives nobody else would see it.
 */
export function logFlights(log: Log): NonNullable<TokenCacheOptions["onFlight"]> {
  return (key, { error, ms, token }) => {
    const { email, kind, target } = parseKey(key);
    const fields = { account: email, [kind === "access" ? "scopes" : "audience"]: target, ms };
    if (token !== undefined) log("debug", `Got an ${nameOf(kind)}`, fields);
    else {
      const step = error instanceof TokenError ? { step: error.step } : {};
      log(isOurs(error) ? "debug" : "warn", `Cannot get an ${nameOf(kind)}: ${messageOf(error)}`, {
        ...fields,
        ...step,
      });
    }
  };
}

/** Whether a token was refused here, by what was asked for and not by how it went. */
function isOurs(error: unknown): boolean {
  return error instanceof TokenError && (error.failure === "refused-request" || error.failure === "unsupported");
}

const nameOf = (kind: HeldKey["kind"]) => (kind === "access" ? "access token" : "ID token");
