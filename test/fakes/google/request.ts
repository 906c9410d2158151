/**
 * Requests as the fake judges them, and how it says no. A `Violation` is what no correct client sends; a `Refusal` is
 * what a correct client may well be told.
 *
 * @module
 */

/** A request that has come in whole. */
export interface Incoming {
  readonly method: string;
  readonly url: URL;
  /** The path without the prefix that the fake is mounted under. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** The shape of an endpoint's errors: OAuth's flat one or that of Google's APIs. */
export type ErrorStyle = "oauth" | "api";

/** An answer other than 2xx that Google gives to well-formed requests. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  /** `code` is OAuth's `error` or the API's `status`. */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A request that is wrong in itself. */
export class Violation extends Error {}

/** Throws a `Violation` unless `condition` holds. */
export function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Violation(otherwise);
}

export function jsonResponse(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json; charset=UTF-8" } });
}

export function errorResponse(style: ErrorStyle, status: number, code: string, message: string): Response {
  const api = { error: { code: status, message, status: code } };
  return jsonResponse(style === "api" ? api : { error: code, error_description: message }, status);
}

/** Reads a form: POST, right content type, each field once, all required ones, none that is not known. */
export function readForm(
  request: Incoming,
  required: readonly string[],
  optional: readonly string[] = [],
): Record<string, string> {
  demand(request.method === "POST", `method ${request.method}`);
  demand(request.url.search === "", "a query");
  const type = request.headers.get("content-type") ?? "none";
  demand(/^application\/x-www-form-urlencoded(;\s*charset=utf-8)?$/i.test(type), `content type ${type}`);
  const fields = [...new URLSearchParams(request.body)];
  const names = fields.map(([name]) => name);
  demand(new Set(names).size === names.length, `a field given twice: ${names}`);
  for (const name of required) demand(names.includes(name), `field ${name} is missing`);
  for (const name of names) demand(required.includes(name) || optional.includes(name), `unknown field ${name}`);
  for (const [name, value] of fields) demand(value !== "", `empty field ${name}`);
  return Object.fromEntries(fields);
}

/** Reads a JSON object with no members but the `known` ones. */
export function readJson(request: Incoming, known: readonly string[]): Record<string, unknown> {
  demand(request.method === "POST", `method ${request.method}`);
  const type = request.headers.get("content-type") ?? "none";
  demand(/^application\/json(;\s*charset=utf-8)?$/i.test(type), `content type ${type}`);
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw new Violation("a body that is not JSON");
  }
  demand(typeof body === "object" && body !== null && !Array.isArray(body), "a body that is no JSON object");
  for (const name of Object.keys(body)) demand(known.includes(name), `unknown member ${name}`);
  return body as Record<string, unknown>;
}

/** The credentials of `Authorization`, for one scheme. */
export function authorization(request: Incoming, scheme: "Bearer" | "Basic"): string | undefined {
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  demand(header.startsWith(`${scheme} `), `Authorization that is not ${scheme}`);
  return header.slice(scheme.length + 1);
}
