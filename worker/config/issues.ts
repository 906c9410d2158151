/**
 * Every issue of a document at once: valibot tells of one unknown key in an object only, so each is taken away until
 * there are none.
 *
 * @module
 */
import * as v from "valibot";
import { isObject, type Json } from "../lib/json.ts";
import type { KeyPath } from "./document.ts";
import { isUnknownKey } from "./wording.ts";

export type Issues = readonly v.BaseIssue<unknown>[];

/** Returns what `schema` makes of a value, or everything that is wrong with it. */
export function checkAll<S extends v.GenericSchema>(
  schema: S,
  value: Json,
): { output: v.InferOutput<S> } | { issues: Issues } {
  const unknown: v.BaseIssue<unknown>[] = [];
  let rest = value;
  for (;;) {
    const result = v.safeParse(schema, rest);
    if (result.success) return unknown.length === 0 ? { output: result.output } : { issues: unknown };
    const found = result.issues.filter(isUnknownKey);
    if (found.length === 0) return { issues: [...unknown, ...result.issues] };
    unknown.push(...found);
    for (const issue of found) rest = without(rest, keysOf(issue));
  }
}

/** Returns the keys down to where an issue is. */
export function keysOf({ path }: v.BaseIssue<unknown>): KeyPath {
  return (path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
}

/** Returns `value` without the member at the end of a path. */
export function without(value: Json, [key, ...rest]: KeyPath): Json {
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return list.map((item, index) => (index === key ? without(item, rest) : item));
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    if (name !== key) return [[name, member]];
    return rest.length === 0 ? [] : [[name, without(member, rest)]];
  });
  return Object.fromEntries(kept);
}
