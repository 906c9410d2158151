/**
 * Every issue of a document at once: valibot tells of one unknown key in an object only, so each is taken away until
 * there are none.
 *
 * @module
 */
import * as v from "valibot";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { type Configuration, configurationSchema } from "./schema.ts";
import { isUnknownKey } from "./wording.ts";

type Issues = readonly v.BaseIssue<unknown>[];

/** Returns the configuration, or what is wrong with it. */
export function checkAll(document: JsonObject): { output: Configuration } | { issues: Issues } {
  const unknown: v.BaseIssue<unknown>[] = [];
  let rest: Json = document;
  for (;;) {
    const result = v.safeParse(configurationSchema, rest);
    if (result.success) return unknown.length === 0 ? { output: result.output } : { issues: unknown };
    const found = result.issues.filter(isUnknownKey);
    if (found.length === 0) return { issues: [...unknown, ...result.issues] };
    unknown.push(...found);
    for (const { path = [] } of found)
      rest = without(
        rest,
        path.map(({ key }) => key),
      );
  }
}

function without(value: Json, [key, ...rest]: readonly unknown[]): Json {
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
