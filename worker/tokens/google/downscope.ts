/**
 * Downscoped tokens: STS exchanges an access token for one that a Credential Access Boundary narrows
 * (https://docs.cloud.google.com/iam/docs/downscoping-short-lived-credentials).
 *
 * @module
 */
import { type JsonObject, stringifyJson } from "../../lib/json.ts";
import type { Platform } from "../../platform.ts";
import type { Token } from "../types.ts";
import { accessTokenOf } from "./answers.ts";
import { callJson } from "./call.ts";
import { formCall } from "./oauth2.ts";

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** Exchanges `token` at `sts` (a base URL). The result never outlives it. */
export async function downscope(
  platform: Platform,
  sts: string,
  token: Token,
  boundary: JsonObject,
  signal: AbortSignal,
): Promise<Token> {
  const call = formCall("STS", `${sts}/v1/token`, {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    requested_token_type: accessTokenType,
    subject_token: token.value,
    subject_token_type: accessTokenType,
    options: stringifyJson(boundary),
  });
  const now = platform.clock.now();
  const answer = await callJson(platform, call, signal);
  // For tokens of service accounts STS leaves `expires_in` out: the life is the given token's.
  const timed = { expires_in: Math.max(1, Math.floor((token.expiresAt - now) / 1000)), ...answer };
  const narrowed = accessTokenOf(timed, call, now);
  return { ...narrowed, expiresAt: Math.min(narrowed.expiresAt, token.expiresAt) };
}
