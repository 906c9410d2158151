/**
 * Checks what a rule matches: exactly one way to authenticate, and claims where everybody could have a token of the
 * issuer. A rule that matches everybody by mistake is the worst that a configuration can hold.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import { kindOf, pathOf } from "./naming.ts";
import { suggestion } from "./nearest.ts";
import type { AuthConfiguration, ClientConfiguration } from "./service-schema.ts";

/** Notes what is wrong with `match`. */
export function checkMatch(
  match: ClientConfiguration["match"],
  at: string,
  auth: AuthConfiguration,
  problems: Problems,
): void {
  const { access, claims, issuer, secret } = match;
  const ways = [secret !== undefined, issuer !== undefined, access === true].filter(Boolean).length;
  if (ways !== 1) {
    const what = ways === 0 ? "Matches nobody in particular" : "Names more than one way";
    problems.add(at, `${what}; give "secret", "issuer" with "claims", or "access": true with "claims"`);
    return;
  }
  if (secret !== undefined) {
    checkName(secret, `${at}.secret`, "secret", auth.secrets ?? [], problems);
    if (claims !== undefined) problems.add(`${at}.claims`, "A secret has no claims; remove them");
    return;
  }
  if (issuer !== undefined) checkName(issuer, `${at}.issuer`, "issuer", auth.issuers ?? [], problems);
  else if (auth.access === undefined) problems.add(`${at}.access`, 'Needs "auth.access"');
  if (claims === undefined || Object.keys(claims).length === 0)
    problems.add(`${at}.claims`, 'Is missing: name the claims that a token must carry, e.g. {"sub": "…"}');
  else checkClaims(claims, `${at}.claims`, problems);
}

function checkName(
  name: string,
  at: string,
  kind: string,
  known: readonly { readonly name: string }[],
  problems: Problems,
): void {
  const names = known.map((one) => one.name);
  if (!names.includes(name)) problems.add(at, `Unknown ${kind}${suggestion(name, names)}`);
}

function checkClaims(claims: JsonObject, at: string, problems: Problems): void {
  for (const [name, pattern] of Object.entries(claims)) checkPattern(pattern, pathOf(at, name), problems);
}

/** A pattern, several of which one must match, or the patterns of a claim that is an object. */
function checkPattern(pattern: Json, at: string, problems: Problems): void {
  if (isObject(pattern) && Object.keys(pattern).length > 0) checkClaims(pattern, at, problems);
  else if (Array.isArray(pattern) && pattern.length > 0 && pattern.every((one) => typeof one === "string")) return;
  else if (typeof pattern === "object" || (typeof pattern === "string" && pattern === ""))
    problems.add(at, `Must be a pattern, a list of patterns or an object of them, not ${emptyOr(pattern)}`);
}

function emptyOr(value: Json): string {
  const empty = value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return empty ? "empty" : kindOf(value);
}
