/**
 * Answers that many operations share, and the headers that stand on every answer (worker/http/reply.ts, style.ts).
 *
 * @module
 */
import { styles } from "../../worker/http/style.ts";
import type { Answer, Content, Header, Reference, Schema } from "./types.ts";

const text = (pattern: string): Schema => ({ type: "string", pattern });

export const headers: Readonly<Record<string, Header>> = {
  "Metadata-Flavor": { description: "By it clients know the server", required: true, schema: { const: "Google" } },
  "Metadata-Flavor-Errors": {
    description: "On vm; errors of gke and cloud-run may go without",
    schema: { const: "Google" },
  },
  Server: { required: true, schema: { enum: Object.values(styles).map(({ server }) => server) } },
  "X-XSS-Protection": { required: true, schema: { type: "string", const: "0" } },
  "X-Frame-Options": { required: true, schema: { enum: ["SAMEORIGIN", "DENY"] } },
  ETag: { description: "Changes with the node; for last_etag", required: true, schema: text("^[0-9a-f]{16}$") },
  Allow: { description: "The methods of the path", required: true, schema: text("^[A-Z]+(, [A-Z]+)*$") },
  Location: { description: "The same path with a slash", required: true, schema: text("^https?://.+/(\\?.*)?$") },
  "Retry-After": { description: "Seconds", schema: { type: "integer", minimum: 0 } },
  "WWW-Authenticate": { required: true, schema: { const: "Bearer" } },
  "Cache-Control": { required: true, schema: { enum: ["no-store", "no-cache"] } },
};

const ref = (kind: "headers" | "responses" | "schemas", name: string): Reference => ({
  $ref: `#/components/${kind}/${name}`,
});
export const schemaRef = (name: string): Schema => ({ ...ref("schemas", name) });
export const answerRef = (name: string): Reference => ref("responses", name);

const headersOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, ref("headers", name)]));
const security = ["Server", "X-XSS-Protection", "X-Frame-Options"];

/** An answer with the standing headers and, by name, those that it has beside them. */
export function answer(
  description: string,
  content: Readonly<Record<string, Content>> | undefined,
  more: readonly string[] = [],
): Answer {
  const standing = headersOf(["Metadata-Flavor", ...security, ...more]);
  return { description, headers: standing, ...(content === undefined ? {} : { content }) };
}

export const json = (schema: Schema, example?: unknown): Readonly<Record<string, Content>> => ({
  "application/json": { schema, ...(example === undefined ? {} : { example }) },
});

/** A page of HTML, or the plain text that GKE's server has. */
function errorPage(description: string, more: readonly string[] = []): Answer {
  return {
    description,
    headers: {
      "Metadata-Flavor": ref("headers", "Metadata-Flavor-Errors"),
      ...headersOf([...security, ...more]),
    },
    content: {
      "text/html; charset=UTF-8": { schema: { type: "string", pattern: "^<!DOCTYPE html>" } },
      "text/plain; charset=utf-8": { schema: { type: "string" } },
    },
  };
}

const refusal = (description: string, error: string, more: readonly string[] = []): Answer =>
  answer(description, json(schemaRef("Refusal"), { error }), ["Cache-Control", ...more]);

export const answers: Readonly<Record<string, Answer>> = {
  BadRequest: errorPage("The request cannot be meant, or its `Host` is malformed"),
  NotLetIn: errorPage("`Metadata-Flavor: Google` is missing, or the request comes from a foreign host, page or proxy"),
  ForeignRequest: errorPage("The request comes from a foreign host, page or proxy"),
  NotFound: errorPage("There is nothing"),
  TooLarge: errorPage("The body is too large"),
  TooSlow: errorPage("The body is not complete within 30 s"),
  TooMany: errorPage("Too many at once; try again after `Retry-After` seconds", ["Retry-After"]),
  Upstream: errorPage("What Google refused, with its message"),
  Broken: errorPage("The source of the token is not set up, or answered nonsense; the log says more"),
  Unavailable: errorPage(
    "Try again: the source of the token does not answer, too many requests wait, the machine migrates, or the server ends",
    ["Retry-After"],
  ),
  WithSlash: answer("A directory's path ends in a slash", { "text/html": { schema: { type: "string" } } }, [
    "Location",
  ]),
  Done: answer("Done", undefined, ["Cache-Control"]),
  BadCall: refusal("Not JSON, or nothing that can be; nothing was changed", "The body is not valid JSON"),
  NoToken: refusal(
    "The control token is missing or wrong",
    "This needs the header Authorization: Bearer TOKEN with the control token",
    ["WWW-Authenticate"],
  ),
  TooSlowCall: refusal("The body is not complete within 30 s", "Request body not complete within 30 s"),
  TooLargeCall: refusal("The body is above 1 MiB", "Request body above 1048576 bytes"),
};

/** By status: who is not let in, below `/computeMetadata` and elsewhere. */
export const guarded = { "400": answerRef("BadRequest"), "403": answerRef("NotLetIn") };
export const guardedFromStrangers = { "400": answerRef("BadRequest"), "403": answerRef("ForeignRequest") };

/** What a metadata request needs. */
export const flavor = [{ metadataFlavor: [] }, { legacyHeader: [] }] as const;
export const open = [] as const;
export const control = [{ controlToken: [] }] as const;
