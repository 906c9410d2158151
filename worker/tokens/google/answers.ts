/**
 * Token answers, checked field by field: whatever is not exactly a token is `garbage` and never reaches a client.
 *
 * @module
 */
import { decodeJwt } from "jose/jwt/decode";
import type { Json, JsonObject } from "../../lib/json.ts";
import type { Token } from "../types.ts";
import { garbage, type UpstreamCall } from "./call.ts";

/** Seconds. No token lives longer, and what clients reckon with overflows with much more. */
const longestLife = 10 * 365 * 86_400;

/** Reads `access_token` and `expires_in` (seconds, number or digits) of an OAuth answer. */
export function accessTokenOf(answer: JsonObject, call: UpstreamCall, now: number): Token {
  const { access_token, expires_in, token_type = "Bearer" } = answer;
  // Some endpoints write the number as a string.
  const seconds = typeof expires_in === "string" && /^\d+$/.test(expires_in) ? Number(expires_in) : expires_in;
  if (typeof seconds !== "number" || !(seconds > 0 && seconds <= longestLife))
    throw garbage(call, 'a token without a positive "expires_in" of ten years at most');
  if (typeof token_type !== "string" || !/^bearer$/i.test(token_type))
    throw garbage(call, 'a token whose "token_type" is not "Bearer"');
  return { value: tokenText(access_token, "access_token", call), expiresAt: now + Math.floor(seconds) * 1000 };
}

/**
 * Reads `accessToken` and `expireTime` (RFC 3339) of IAM Credentials. Its life is never longer than the `seconds` that were
 * asked for: by a clock that is slow it would seem so.
 */
export function timedAccessTokenOf(answer: JsonObject, call: UpstreamCall, now: number, seconds: number): Token {
  const { accessToken, expireTime } = answer;
  const expiresAt = typeof expireTime === "string" && rfc3339.test(expireTime) ? Date.parse(expireTime) : Number.NaN;
  if (Number.isNaN(expiresAt)) throw garbage(call, 'a token without "expireTime"');
  if (expiresAt <= now) throw garbage(call, overAlready);
  return { value: tokenText(accessToken, "accessToken", call), expiresAt: Math.min(expiresAt, now + seconds * 1000) };
}

const overAlready = "a token that is over already by this machine's clock; check the clock";
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads a JWT; its life is its own `exp`, and by a slow clock the span from `iat` to `exp`: it was made just now. */
export function idTokenOf(value: Json | undefined, field: string, call: UpstreamCall, now: number): Token {
  const text = tokenText(value, field, call);
  const expires = expiryOf(text);
  if (expires === undefined) throw garbage(call, `a "${field}" that is no JWT with "exp"`);
  if (expires <= now) throw garbage(call, overAlready);
  const { iat } = decodeJwt(text);
  const issued = typeof iat === "number" ? iat * 1000 : Number.NEGATIVE_INFINITY;
  return { value: text, expiresAt: issued > now ? now + (expires - issued) : expires };
}

/** Returns `exp` of a JWT in milliseconds since the epoch; `undefined` when it is no JWT or has none. */
export function expiryOf(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === "number" && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function tokenText(value: Json | undefined, field: string, call: UpstreamCall): string {
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return value;
  throw garbage(call, `something without a usable "${field}"`);
}
