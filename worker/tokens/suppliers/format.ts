/**
 * The `format` of file and url sources: the whole text is the token, or one member of a JSON object is. Messages tell
 * which rule the text broke, never any of the text.
 *
 * @module
 */
import * as v from "valibot";
import { type Json, isObject, parseJson } from "../../lib/json.ts";

/** Schema of `credential_source.format`; JSON needs the member's name. */
export const formatSchema = v.variant("type", [
  v.looseObject({ type: v.literal("text") }),
  v.looseObject({ type: v.literal("json"), subject_token_field_name: v.pipe(v.string(), v.nonEmpty()) }),
]);

export type Format = v.InferOutput<typeof formatSchema>;

/** The token, or why the text holds none (to stand after a colon). */
export type Reading = { readonly token: string } | { readonly problem: string };

/**
 * Takes the token out of `text`. Text is trimmed, as Google's Go library does: a file written by `echo` ends in a
 * newline that the STS would refuse. Default of `format`: text.
 */
export function readFormat(text: string, format: Format | undefined): Reading {
  if (format === undefined || format.type === "text") {
    const token = text.trim();
    return token === "" ? { problem: "it is empty" } : { token };
  }
  return readMember(text, format.subject_token_field_name);
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
