/**
 * What a program of an executable source prints, and what its output file holds: one JSON object, version 1 of the
 * protocol in AIP-4117. Messages quote `code` and `message`, which are meant for people, without what looks
 * like a token, and nothing else.
 *
 * @module
 */
import * as v from "valibot";
import { parseJson } from "../../lib/json.ts";
import { shownWords } from "../google/words.ts";

const ID_TOKEN_TYPES = ["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"] as const;
const SAML_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:saml2";

const token = v.pipe(v.string(), v.nonEmpty());
/** Seconds since the epoch. */
const expiration_time = v.optional(v.pipe(v.number(), v.integer()));

const headSchema = v.looseObject({ version: v.number(), success: v.boolean() });
const failureSchema = v.looseObject({ code: v.union([v.string(), v.number()]), message: v.string() });
const tokenSchema = v.variant("token_type", [
  v.object({ token_type: v.picklist(ID_TOKEN_TYPES), id_token: token, expiration_time }),
  v.object({ token_type: v.literal(SAML_TOKEN_TYPE), saml_response: token, expiration_time }),
]);

/**
 * One response: a token, the program's own refusal, or a breach of the protocol. `problem` is to stand after a colon.
 */
export type ExecutableResponse =
  | { readonly kind: "token"; readonly token: string; readonly expiresAt?: number }
  | { readonly kind: "refused"; readonly problem: string }
  | { readonly kind: "malformed"; readonly problem: string };

/** Reads one response. `expiresAt` is in milliseconds since the epoch; whether it has passed is the caller's to judge. */
export function readExecutableResponse(text: string): ExecutableResponse {
  const json = parse(text);
  if (json === undefined) return malformed("it is not valid JSON");
  const head = v.safeParse(headSchema, json);
  if (!head.success) return malformed(fieldProblem(head.issues));
  if (head.output.version !== 1) return malformed(`version ${head.output.version} is not supported, only 1 is`);
  if (!head.output.success) return refusal(json);

  const response = v.safeParse(tokenSchema, json);
  if (!response.success) return malformed(fieldProblem(response.issues));
  const { output } = response;
  const value = output.token_type === SAML_TOKEN_TYPE ? output.saml_response : output.id_token;
  const seconds = output.expiration_time;
  return { kind: "token", token: value, ...(seconds === undefined ? {} : { expiresAt: seconds * 1000 }) };
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function refusal(json: unknown): ExecutableResponse {
  const failure = v.safeParse(failureSchema, json);
  if (!failure.success) return malformed(fieldProblem(failure.issues));
  const shown = (said: string | number) => shownWords(String(said).replace(/\s+/g, " "));
  const { code, message } = failure.output;
  return { kind: "refused", problem: `it answered code "${shown(code)}": ${shown(message)}` };
}

function malformed(problem: string): ExecutableResponse {
  return { kind: "malformed", problem };
}

/** Names the field and never its value: valibot's own message would quote a token of the wrong type. */
function fieldProblem(issues: readonly v.BaseIssue<unknown>[]): string {
  const path = issues[0] === undefined ? undefined : v.getDotPath(issues[0]);
  return path === null || path === undefined
    ? "it is not a JSON object"
    : `its field "${path}" is missing or not valid`;
}
