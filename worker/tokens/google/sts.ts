/**
 * Google's Security Token Service: exchange of foreign tokens (RFC 8693) and refresh of workforce users' tokens.
 *
 * @module
 */
import type { ClientCertificate, Platform } from "../../platform.ts";
import type { Token } from "../types.ts";
import { accessTokenOf } from "./answers.ts";
import { callJson } from "./call.ts";
import { formCall, type Refreshed } from "./oauth2.ts";

/** An OAuth client that authenticates by HTTP Basic, where the file has one. */
export interface StsClient {
  readonly id: string;
  readonly secret: string;
}

export interface ExchangeRequest {
  /** Where to call, overrides applied. */
  readonly url: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  readonly client?: StsClient | undefined;
  /** Billed project of a workforce pool, used where no client authenticates. */
  readonly userProject?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
}

/** Exchanges a subject token for a federated access token. */
export async function exchangeSubjectToken(
  platform: Platform,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<Token> {
  const fields: Record<string, string> = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: request.audience,
    scope: request.scopes.join(" "),
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    subject_token: request.subjectToken,
    subject_token_type: request.subjectTokenType,
  };
  if (request.userProject !== undefined && request.client === undefined) {
    fields.options = JSON.stringify({ userProject: request.userProject });
  }
  const call = {
    ...formCall("STS", request.url, fields, basic(request.client)),
    ...(request.certificate === undefined ? {} : { certificate: request.certificate }),
  };
  return accessTokenOf(await callJson(platform, call, signal), call, platform.clock.now());
}

/** Uses the refresh token of a workforce user (`external_account_authorized_user`). */
export async function refreshFederated(
  platform: Platform,
  url: string,
  refreshToken: string,
  client: StsClient,
  signal: AbortSignal,
): Promise<Refreshed> {
  const call = formCall("STS", url, { grant_type: "refresh_token", refresh_token: refreshToken }, basic(client));
  const answer = await callJson(platform, call, signal);
  return { token: accessTokenOf(answer, call, platform.clock.now()), answer, call };
}

function basic(client: StsClient | undefined): Record<string, string> {
  if (client === undefined) return {};
  const bytes = new TextEncoder().encode(`${client.id}:${client.secret}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
