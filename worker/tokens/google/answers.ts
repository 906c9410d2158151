/**
 * Token answers, checked field by field: whatever is not exactly a token is `garbage` and never reaches a client.
 *
 * @module
 */
import { decodeJwt } from "jose";
import type { Json, JsonObject } from "../../lib/json.ts";
import type { Token } from "../types.ts";
import { garbage, type UpstreamCall } from "./call.ts";

/** Reads `access_token` and `expires_in` (seconds, number or digits) of an OAuth answer. */
export function accessTokenOf(answer: JsonObject, call: UpstreamCall, now: number): Token {
  const seconds = Number(answer.expires_in ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds <= 0) throw garbage(call, 'a token without a positive "expires_in"');
  return { value: tokenText(answer.access_token, "access_token", call), expiresAt: now + Math.floor(seconds) * 1000 };
}

/** Reads a JWT; its life is its own `exp`. */
export function idTokenOf(value: Json | undefined, field: string, call: UpstreamCall): Token {
  const text = tokenText(value, field, call);
  const expires = expiryOf(text);
  if (expires === undefined) throw garbage(call, `a "${field}" that is no JWT with "exp"`);
  return { value: text, expiresAt: expires };
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
