/**
 * The `format` of file and url sources: the whole text is the token, or one member of a JSON object is. Messages tell
 * which rule the text broke, never any of the text.
 *
 * @module
 */
import * as v from "valibot";
import { isObject, type Json, parseJson } from "../../lib/json.ts";

/** Schema of `credential_source.format`. Default of `type`: text; JSON needs the member's name. */
export const formatSchema = v.pipe(
  v.looseObject({
    type: v.optional(v.picklist(["text", "json"]), "text"),
    subject_token_field_name: v.optional(v.pipe(v.string(), v.nonEmpty())),
  }),
  v.check(
    ({ type, subject_token_field_name }) => type === "text" || subject_token_field_name !== undefined,
    'Type "json" needs "subject_token_field_name"',
  ),
);

export type Format = v.InferOutput<typeof formatSchema>;

/** The token, or why the text holds none (to stand after a colon). */
export type Reading = { readonly token: string } | { readonly problem: string };

/**
 * Takes the token out of `text`. Text is trimmed, as Google's Go library does: a file written by `echo` ends in a
 * newline that the STS would refuse. Default of `format`: text.
 */
export function readFormat(text: string, format: Format | undefined): Reading {
  const member = format?.type === "json" ? format.subject_token_field_name : undefined;
  if (member !== undefined) return readMember(text, member);
  const token = text.trim();
  if (token === "") return { problem: "it is empty" };
  // What a proxy's sign-in page would be taken for; tokens and base64 never begin so.
  return token.startsWith("<") ? { problem: "it is a page, not a token" } : { token };
}

function readMember(text: string, name: string): Reading {
  let json: Json;
  try {
    json = parseJson(text);
  } catch {
    return { problem: "it is not valid JSON" };
  }
  if (!isObject(json)) return { problem: "it is not a JSON object" };
  const member = Object.hasOwn(json, name) ? json[name] : undefined;
  if (member === undefined) return { problem: `it has no field "${name}"` };
  if (typeof member !== "string") return { problem: `its field "${name}" is not a string` };
  return member === "" ? { problem: `its field "${name}" is empty` } : { token: member };
}
