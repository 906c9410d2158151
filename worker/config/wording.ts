/**
 * Words for what a schema finds wrong. They never contain a value of the configuration: it may be a secret that stands in
 * the wrong place.
 *
 * @module
 */
import type * as v from "valibot";
import type { Problem } from "../lib/errors.ts";
import { kindOf, pathOf } from "./naming.ts";
import { suggestion } from "./nearest.ts";

/**
 * Returns what is wrong according to the schema. `keysAt` gives the known names of the object at a path, for the
 * nearest one.
 */
export function problemsOf(
  issues: readonly v.BaseIssue<unknown>[],
  keysAt: (path: readonly (string | number)[]) => readonly string[],
): Problem[] {
  return issues.map((issue) => {
    const keys = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
    const at = keys.reduce<string>(pathOf, "");
    if (!isUnknownKey(issue)) return { at, message: wording(issue) };
    const unknown = String(keys.at(-1));
    return { at, message: `Unknown key${suggestion(unknown, keysAt(keys.slice(0, -1)))}` };
  });
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  record: "an object",
  strict_object: "an object",
};

/** valibot's own sentences show what they received, so none of them is passed on. */
function wording(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined) return "Is missing";
  const expected = KINDS[issue.type];
  if (expected !== undefined) return `Must be ${expected}, not ${kindOf(issue.input)}`;
  if (issue.type === "picklist")
    return `Must be one of ${(issue.expected ?? "").replaceAll(/[()"]/g, "").replaceAll(" | ", ", ")}`;
  if (issue.kind === "schema" && issue.type !== "custom") return `Cannot be ${kindOf(issue.input)}`;
  return issue.message.startsWith("Invalid ") ? `Is not valid (${issue.type})` : issue.message;
}

/** Whether an issue is about a key that the schema does not have. */
export function isUnknownKey({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === "strict_object" && expected === "never";
}
