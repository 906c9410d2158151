/**
 * Turns a configuration's text into a checked document. The tree inside is checked by `metadata.ts`.
 *
 * @module
 */
import { messageOf } from "../lib/errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import type { ConfigurationDocument } from "./document.ts";
import { unwrapTree } from "./incumbent.ts";
import { checkAll } from "./issues.ts";
import { remainder } from "./remainder.ts";
import { configurationSchema, knownKeysAt } from "./schema.ts";
import { problemsOf } from "./wording.ts";

/** Checks a configuration's text; `origin` names it in messages. Returns `undefined` for what is no JSON object. */
export function parseConfiguration(
  text: string,
  origin: string,
  problems: Problems,
): ConfigurationDocument | undefined {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    problems.add("", `Cannot read ${origin}: ${messageOf(error)}`);
    return undefined;
  }
  if (isObject(value)) return checkDocument(value, problems);
  problems.add("", `Cannot read ${origin}: must be a JSON object`);
  return undefined;
}

function checkDocument(object: JsonObject, problems: Problems): ConfigurationDocument {
  const { document, metadataAt } = unwrapTree(object, problems);
  const result = checkAll(configurationSchema, document);
  if ("output" in result) return { configuration: result.output, metadataAt, lost: [] };
  for (const { at, message } of problemsOf(result.issues, knownKeysAt)) {
    const misplaced = at === "instance" || at === "project";
    problems.add(at, misplaced ? `Belongs under "metadata" in a configuration with other keys` : message);
  }
  // What can still be checked is checked, so that one run shows every mistake.
  return { ...remainder(document, result.issues), metadataAt };
}
