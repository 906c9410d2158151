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
    // To valibot a list is an object with the keys 0, 1, …: those are no keys to take away, but the wrong shape.
    const found = result.issues.filter((issue) => isUnknownKey(issue) && holds(rest, keysOf(issue)));
    if (found.length === 0) return { issues: [...unknown, ...result.issues] };
    unknown.push(...found);
    for (const issue of found) rest = without(rest, keysOf(issue));
  }
}

/** Returns the keys down to where an issue is. */
export function keysOf({ path }: v.BaseIssue<unknown>): KeyPath {
  return (path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
}

/** Whether an object stands where a path leads to its last key, and has that key. */
export function holds(value: Json, path: KeyPath): boolean {
  const [key, ...rest] = path;
  if (Array.isArray(value)) return rest.length > 0 && typeof key === "number" && holds(value[key] ?? null, rest);
  if (!isObject(value) || key === undefined || !Object.hasOwn(value, key)) return false;
  return rest.length === 0 || holds(value[String(key)] ?? null, rest);
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
