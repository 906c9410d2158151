/**
 * The fake `sts.googleapis.com`: token exchange (RFC 8693) and refresh of workforce users' tokens.
 *
 * @module
 */
import type { Directory, FakeUser } from "./directory.ts";
import { type FakeIssuer, tokenLifetimeSeconds } from "./issuer.ts";
import { authorization, demand, type Incoming, jsonResponse, Refusal, readForm } from "./request.ts";

interface Parts {
  readonly directory: Directory;
  readonly issuer: FakeIssuer;
}

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const required = ["grant_type", "audience", "scope", "requested_token_type", "subject_token", "subject_token_type"];

export async function stsExchange(request: Incoming, parts: Parts): Promise<Response> {
  const { directory, issuer } = parts;
  if (new URLSearchParams(request.body).get("subject_token_type") === accessTokenType) return downscope(request, parts);
  const form = readForm(request, required, ["options"]);
  demand(form.grant_type === "urn:ietf:params:oauth:grant-type:token-exchange", `grant_type ${form.grant_type}`);
  demand(form.requested_token_type === accessTokenType, `requested_token_type ${form.requested_token_type}`);
  const { audience = "", scope = "", subject_token: token = "", subject_token_type: type = "" } = form;
  demand(/^\/\/iam\.[a-z.-]+\//.test(audience), `audience ${audience}`);
  const subject = await directory.subjectToken({ audience, token, type });
  if (subject === undefined)
    throw new Refusal(400, "invalid_grant", "The given credential is rejected by the attribute condition.");
  demand(subject.type === type, `subject_token_type ${type}`);
  demand(subject.audience === audience, `audience ${audience}`);
  const basic = basicPair(request);
  if (subject.client === undefined) demand(basic === undefined, "client authentication that nobody asked for");
  else if (basic !== `${subject.client.id}:${subject.client.secret}`)
    throw new Refusal(401, "invalid_client", "The OAuth client was not found.");
  demand(optionsOf(form.options)?.userProject === subject.userProject, `options ${form.options}`);
  return jsonResponse({
    access_token: issuer.accessToken(subject.principal, scope.split(" ")),
    issued_token_type: accessTokenType,
    token_type: "Bearer",
    expires_in: tokenLifetimeSeconds,
  });
}

/** A Credential Access Boundary on an access token of a service account; `expires_in` is left out for those. */
function downscope(request: Incoming, { issuer }: Parts): Response {
  const form = readForm(request, [
    "grant_type",
    "requested_token_type",
    "subject_token",
    "subject_token_type",
    "options",
  ]);
  demand(form.requested_token_type === accessTokenType, `requested_token_type ${form.requested_token_type}`);
  const held = issuer.issued.get(form.subject_token ?? "");
  if (held === undefined) throw new Refusal(400, "invalid_request", "Invalid subject token.");
  const options = JSON.parse(form.options ?? "") as { accessBoundary?: { accessBoundaryRules?: readonly object[] } };
  const rules = options.accessBoundary?.accessBoundaryRules ?? [];
  demand(rules.length > 0 && rules.length <= 10, `options ${form.options}`);
  const access_token = issuer.accessToken(`${held.subject} within ${JSON.stringify(rules)}`, held.scopes);
  return jsonResponse({ access_token, issued_token_type: accessTokenType, token_type: "Bearer" });
}

export function stsRefresh(request: Incoming, { directory, issuer }: Parts): Response {
  const form = readForm(request, ["grant_type", "refresh_token"]);
  demand(form.grant_type === "refresh_token", `grant_type ${form.grant_type}`);
  const basic = basicPair(request);
  demand(basic !== undefined, "no client authentication");
  const user = directory.workforceUsers.find(({ refreshToken }) => refreshToken === form.refresh_token);
  if (user === undefined) throw new Refusal(400, "invalid_grant", "The refresh token is not valid.");
  if (basic !== pairOf(user)) throw new Refusal(401, "invalid_client", "The OAuth client was not found.");
  const scopes = user.scopes ?? ["https://www.googleapis.com/auth/cloud-platform"];
  const access_token = issuer.accessToken(user.email, scopes);
  return jsonResponse({
    access_token,
    expires_in: tokenLifetimeSeconds,
    token_type: "Bearer",
    scope: scopes.join(" "),
  });
}

function pairOf({ clientId, clientSecret }: FakeUser): string {
  return `${clientId}:${clientSecret}`;
}

function basicPair(request: Incoming): string | undefined {
  const encoded = authorization(request, "Basic");
  return encoded === undefined
    ? undefined
    : new TextDecoder().decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)));
}

function optionsOf(text: string | undefined): { userProject?: string } | undefined {
  if (text === undefined) return undefined;
  const options = JSON.parse(text) as Record<string, string>;
  demand(
    Object.keys(options).every((name) => name === "userProject"),
    `options ${text}`,
  );
  return options;
}
