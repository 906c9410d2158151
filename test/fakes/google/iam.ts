/**
 * The fake `iamcredentials.googleapis.com`: generateAccessToken and generateIdToken, for callers whose token this fake
 * has issued and whom the policy lets act as the target, delegates included.
 *
 * @module
 */
import type { Directory, Role } from "./directory.ts";
import { type FakeIssuer, uniqueId } from "./issuer.ts";
import { authorization, demand, type Incoming, jsonResponse, Refusal, readJson } from "./request.ts";
import { selfSigned } from "./self-signed.ts";

interface Parts {
  readonly directory: Directory;
  readonly issuer: FakeIssuer;
  readonly now: () => number;
}

/** Path of the two methods below the prefix. */
export const iamPath = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):(generateAccessToken|generateIdToken)$/;

const scopesThatServe = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/iam"];
const hourSeconds = 3600;
const twelveHoursSeconds = 43_200;

export function iamCredentials(request: Incoming, target: string, method: string, parts: Parts): Promise<Response> {
  // The official client asks for numeric enums in the query; nothing else belongs there.
  demand(
    ["", "?$alt=json%3Benum-encoding=int", "?$alt=json;enum-encoding=int"].includes(request.url.search),
    `query ${request.url.search}`,
  );
  return method === "generateAccessToken" ? accessToken(request, target, parts) : idToken(request, target, parts);
}

async function accessToken(request: Incoming, target: string, parts: Parts): Promise<Response> {
  const body = readJson(request, ["scope", "delegates", "lifetime"]);
  const { lifetime = `${hourSeconds}s`, scope } = body;
  demand(isStrings(scope) && scope.length > 0, "scope is not a list of strings");
  demand(typeof lifetime === "string" && /^[1-9]\d*s$/.test(lifetime), `lifetime ${String(lifetime)}`);
  await authorize(request, target, body.delegates, "serviceAccountTokenCreator", parts);
  const seconds = Number.parseInt(lifetime, 10);
  const longest = parts.directory.longLived.has(target) ? twelveHoursSeconds : hourSeconds;
  if (seconds > longest) {
    const message =
      "The requested lifetime exceeds the maximum that is allowed for this account (constraint iam.allowServiceAccountCredentialLifetimeExtension)";
    throw new Refusal(400, "INVALID_ARGUMENT", message);
  }
  const expireTime = new Date(Math.floor(parts.now() / 1000) * 1000 + seconds * 1000)
    .toISOString()
    .replace(".000Z", "Z");
  return jsonResponse({ accessToken: parts.issuer.accessToken(target, scope, seconds), expireTime });
}

async function idToken(request: Incoming, target: string, parts: Parts): Promise<Response> {
  const body = readJson(request, ["audience", "delegates", "includeEmail", "useEmailAzp"]);
  const { audience, includeEmail = false, useEmailAzp = false } = body;
  demand(typeof audience === "string" && audience !== "", "audience is not a string");
  // google-auth for Python writes "true", which JSON of protocol buffers allows.
  const booleans: unknown[] = [true, false, "true", "false"];
  demand(booleans.includes(includeEmail) && booleans.includes(useEmailAzp), "includeEmail is not true or false");
  await authorize(request, target, body.delegates, "serviceAccountOpenIdTokenCreator", parts);
  const sub = uniqueId(target);
  const azp = String(useEmailAzp) === "true" ? target : sub;
  const subject = { sub, azp, ...(String(includeEmail) === "true" ? { email: target } : {}) };
  return jsonResponse({ token: await parts.issuer.idToken(subject, audience) });
}

async function authorize(
  request: Incoming,
  target: string,
  delegates: unknown,
  role: Role,
  { directory, issuer, now }: Parts,
): Promise<void> {
  const token = authorization(request, "Bearer") ?? "";
  const caller = issuer.issued.get(token) ?? (await selfSigned(token, directory, now()));
  if (caller === undefined || caller.expiresAt <= now()) {
    throw new Refusal(
      401,
      "UNAUTHENTICATED",
      "Request had invalid authentication credentials. Expected OAuth 2 access token.",
    );
  }
  if (!caller.scopes.some((scope) => scopesThatServe.includes(scope))) {
    throw new Refusal(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.");
  }
  // google-auth for Python sends null where there are none, and JSON's null is an unset field to Google.
  const links = delegates ?? [];
  demand(isStrings(links), "delegates is not a list of strings");
  for (const link of links) demand(/^projects\/-\/serviceAccounts\/[^/@]+@[^/]+$/.test(link), `delegate ${link}`);
  if (!directory.accounts.has(target))
    throw new Refusal(404, "NOT_FOUND", `Not found; Gaia id not found for email ${target}`);
  const chain = [caller.subject, ...links.map((link) => link.slice("projects/-/serviceAccounts/".length)), target];
  if (directory.mayAct(chain, role)) return;
  const permission = role === "serviceAccountTokenCreator" ? "getAccessToken" : "getOpenIdToken";
  throw new Refusal(
    403,
    "PERMISSION_DENIED",
    `Permission 'iam.serviceAccounts.${permission}' denied on resource (or it may not exist).`,
  );
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((member) => typeof member === "string" && member !== "");
}
