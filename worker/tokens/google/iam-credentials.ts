/**
 * The IAM Credentials API by REST: `generateAccessToken` and `generateIdToken`. The official client cannot start on
 * workerd, and its types bring Node's along, so the shapes stand here; a test holds them against the official ones, and
 * the official client runs against the same fake as this file.
 *
 * @module
 */
import type { Json } from "../../lib/json.ts";
import type { Platform } from "../../platform.ts";
import { type Token, TokenError } from "../types.ts";
import { idTokenOf, timedAccessTokenOf } from "./answers.ts";
import { callJson, type UpstreamCall } from "./call.ts";

/** Body of `generateAccessToken`. */
export interface GenerateAccessToken {
  delegates: string[];
  scope: string[];
  /** JSON form of `google.protobuf.Duration`, e.g. `3600s`. */
  lifetime: string;
}

/** Body of `generateIdToken`. */
export interface GenerateIdToken {
  delegates: string[];
  audience: string;
  includeEmail: boolean;
}

/** Whom to impersonate, and as whom. */
export interface Impersonation {
  /** `…/v1/projects/-/serviceAccounts/E:` without the verb, overrides applied. */
  readonly accountUrl: string;
  /** For the hint of a refusal. */
  readonly target: string;
  readonly caller: string | undefined;
  /** Project that the call is billed to, where the caller's file names one. */
  readonly quotaProject?: string | undefined;
  /** An access token of the caller. */
  readonly token: string;
  /** Full names, first to last. */
  readonly delegates: readonly string[];
}

/** Mints an access token of the target; `lifetime` in seconds. */
export async function generateAccessToken(
  platform: Platform,
  who: Impersonation,
  wanted: { scopes: readonly string[]; lifetime: number },
  signal: AbortSignal,
): Promise<Token> {
  const body: GenerateAccessToken = {
    scope: [...wanted.scopes],
    delegates: [...who.delegates],
    lifetime: `${wanted.lifetime}s`,
  };
  const { answer, call } = await post(
    platform,
    who,
    "generateAccessToken",
    body,
    "roles/iam.serviceAccountTokenCreator",
    signal,
  );
  return timedAccessTokenOf(answer, call, platform.clock.now(), wanted.lifetime);
}

/** Mints an ID token of the target. */
export async function generateIdToken(
  platform: Platform,
  who: Impersonation,
  wanted: { audience: string; includeEmail: boolean },
  signal: AbortSignal,
): Promise<Token> {
  const body: GenerateIdToken = {
    audience: wanted.audience,
    delegates: [...who.delegates],
    includeEmail: wanted.includeEmail,
  };
  const { answer, call } = await post(
    platform,
    who,
    "generateIdToken",
    body,
    "roles/iam.serviceAccountOpenIdTokenCreator",
    signal,
  );
  return idTokenOf(answer.token, "token", call, platform.clock.now());
}

async function post(
  platform: Platform,
  who: Impersonation,
  verb: string,
  body: object,
  role: string,
  signal: AbortSignal,
): Promise<{ answer: Readonly<Record<string, Json>>; call: UpstreamCall }> {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    Authorization: `Bearer ${who.token}`,
    ...(who.quotaProject === undefined ? {} : { "x-goog-user-project": who.quotaProject }),
  };
  const call: UpstreamCall = {
    step: "impersonation",
    method: "POST",
    url: `${who.accountUrl}:${verb}`,
    headers,
    body: JSON.stringify(body),
  };
  try {
    return { answer: await callJson(platform, call, signal), call };
  } catch (error) {
    throw error instanceof TokenError && error.status === 403 ? withHint(error, who, role) : error;
  }
}

function withHint(error: TokenError, { caller, target }: Impersonation, role: string): TokenError {
  const hint = `grant ${role} on ${target} to ${caller ?? "the base credential's account"}`;
  return new TokenError(error.failure, error.step, `${error.message}; ${hint}`, { status: 403, cause: error });
}
