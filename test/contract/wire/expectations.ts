/**
 * The kinds of answers that the real server gives, as expectations: text leaf, JSON, listing, redirect, error page
 * (mds-behaviour.md 1.6, 2). Rules are written with these, so that a header is stated once.
 *
 * @module
 */
import type { BodyRule, Expectation, Rule } from "./rule.ts";

const etag = /^[0-9a-f]{16}$/;
const page = "text/html; charset=UTF-8";

/** Paths that nearly every rule starts with. */
export const v1 = "/computeMetadata/v1";
export const instance = `${v1}/instance`;
export const account = `${instance}/service-accounts/default`;

/** 200 with a text leaf; strings are compared whole. */
export function text(body: BodyRule, more: Partial<Expectation> = {}): Expectation {
  return { status: 200, headers: { "Content-Type": "application/text", ETag: etag }, body, ...more };
}

/** 200 with a directory listing of exactly these entries in this order. */
export function listing(...entries: readonly string[]): Expectation {
  return { ...text(entries.map((entry) => `${entry}\n`).join("")) };
}

/** 200 with JSON; without `value` any JSON. */
export function json(body: BodyRule = { says: "JSON", check: notJson }): Expectation {
  return { status: 200, headers: { "Content-Type": "application/json", ETag: etag }, body };
}

/** 200 with JSON that is a token, an issuer document, … and has no ETag. */
export function document(body: BodyRule = { says: "JSON", check: notJson }): Expectation {
  return { status: 200, headers: { "Content-Type": "application/json" }, body };
}

/** 301 to `path` (with its query) on the host of the request. */
export function redirect(location: string, path: BodyRule): Expectation {
  return { status: 301, headers: { "Content-Type": "text/html", Location: location }, absent: ["ETag"], body: path };
}

/** The 404 page that shows `path`, HTML-escaped. */
export function notFound(path: string): Expectation {
  return { ...errorPage(404, `<code>${path}</code>`, "was not found on this server"), absent: ["ETag"] };
}

/** The 403 page for a missing or wrong `Metadata-Flavor` that shows `target`, HTML-escaped, with its query. */
export function flavorMissing(target: string): Expectation {
  const expected = errorPage(403, `<code>${target}</code>`, "Missing Metadata-Flavor:Google header.");
  return { ...expected, absent: ["ETag"] };
}

/** An HTML error page that contains `sentences`. */
export function errorPage(status: number, ...sentences: readonly string[]): Expectation {
  return { status, headers: { "Content-Type": page }, absent: ["ETag"], body: { contains: sentences } };
}

/** 400; the body is not known. */
export const badRequest: Expectation = { status: 400, absent: ["ETag"] };

/** 403; the body is not known. */
export const refused: Expectation = { status: 403, absent: ["ETag", "Access-Control-Allow-Origin"] };

/** A refusal that the runtime's own HTTP layer may give, without our headers. */
export function byTheRuntime(...status: readonly number[]): Expectation {
  return { status, absent: ["ETag"], bareOn: ["node", "bun", "deno", "workerd", "wrangler"] };
}

/** For targets that workerd takes for no URI. */
export const markupRefused: NonNullable<Rule["on"]> = {
  workerd: { why: "workerd itself refuses < and ` in a query", expect: byTheRuntime(400) },
  wrangler: { why: "workerd itself refuses < and ` in a query", expect: byTheRuntime(400) },
};

/** 405 with the methods that are allowed. */
export function notAllowed(allow: string | RegExp = "GET, HEAD"): Expectation {
  return { status: 405, headers: { Allow: allow }, absent: ["ETag"] };
}

/** Parses the body and hands it to `check`, which says what is wrong. */
export function jsonThat(says: string, check: (value: never) => string | undefined): BodyRule {
  return { says, check: (body) => notJson(body) ?? check(JSON.parse(body) as never) };
}

function notJson(body: string): string | undefined {
  try {
    JSON.parse(body);
    return body.endsWith("\n") ? "JSON ends in a newline" : undefined;
  } catch {
    return `not JSON: ${body.slice(0, 100)}`;
  }
}
