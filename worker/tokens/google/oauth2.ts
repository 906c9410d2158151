/**
 * Google's OAuth token endpoint: the JWT-bearer grant of service accounts and the refresh grant of users.
 *
 * @module
 */
import type { JsonObject } from "../../lib/json.ts";
import type { Platform } from "../../platform.ts";
import type { Token } from "../types.ts";
import { accessTokenOf, idTokenOf } from "./answers.ts";
import { callJson, type UpstreamCall } from "./call.ts";

const form = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" };

/** Builds the form of a POST. */
export function formCall(
  step: UpstreamCall["step"],
  url: string,
  fields: Readonly<Record<string, string>>,
  headers = {},
): UpstreamCall {
  return { step, method: "POST", url, headers: { ...form, ...headers }, body: new URLSearchParams(fields).toString() };
}

const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Exchanges an assertion with `scope` for an access token. */
export async function exchangeAssertion(
  platform: Platform,
  url: string,
  assertion: string,
  signal: AbortSignal,
): Promise<Token> {
  const call = formCall("token endpoint", url, { grant_type: jwtBearer, assertion });
  return accessTokenOf(await callJson(platform, call, signal), call, platform.clock.now());
}

/** Exchanges an assertion with `target_audience` for an ID token. */
export async function exchangeForIdToken(
  platform: Platform,
  url: string,
  assertion: string,
  signal: AbortSignal,
): Promise<Token> {
  const call = formCall("token endpoint", url, { grant_type: jwtBearer, assertion });
  const { id_token } = await callJson(platform, call, signal);
  return idTokenOf(id_token, "id_token", call, platform.clock.now());
}

/** What the refresh grant of a user gives: an access token, and the ID token of the client where there is one. */
export interface Refreshed {
  readonly token: Token;
  readonly answer: JsonObject;
  readonly call: UpstreamCall;
}

/** Returns the refresh token to use from now on: an upstream may hand out another one each time and void the old. */
export function nextRefreshToken({ answer }: Refreshed, current: string): string {
  const { refresh_token: next } = answer;
  return typeof next === "string" && next !== "" ? next : current;
}

export interface RefreshFields {
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh_token: string;
}

/** Uses a user's refresh token. */
export async function refresh(
  platform: Platform,
  url: string,
  fields: RefreshFields,
  signal: AbortSignal,
): Promise<Refreshed> {
  const { client_id, client_secret, refresh_token } = fields;
  const call = formCall("token endpoint", url, {
    grant_type: "refresh_token",
    client_id,
    client_secret,
    refresh_token,
  });
  const answer = await callJson(platform, call, signal);
  return { token: accessTokenOf(answer, call, platform.clock.now()), answer, call };
}
