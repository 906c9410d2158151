/**
 * The user's part of the tree: refuses shapes that the tree cannot hold, each with its path, and brings values into the
 * form that the real server prints (attributes as strings, ids as numbers with all their digits).
 *
 * @module
 */
import { isObject, type Json, type JsonObject, objectFrom, stringifyJson } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import { isName, toCamel, toKebab } from "../metadata/names.ts";
import { kindOf, pathOf } from "./naming.ts";
import { HEXADECIMAL } from "./values.ts";

/** Checks `tree` and returns it with its values in the server's form. `at` is where it stands, for messages. */
export function checkMetadata(tree: JsonObject, at: string, problems: Problems): JsonObject {
  const checked = checkObject(tree, at, problems);
  return mapMembers(checked, (key, value) => {
    if (key !== "instance" && key !== "project") return value;
    const here = pathOf(at, key);
    if (!isObject(value)) {
      problems.add(here, `Must be an object, not ${kindOf(value)}`);
      return value;
    }
    return mapMembers(value, (name, member) => {
      const place = pathOf(here, name);
      if (name === "attributes") return attributesOf(member, place, problems);
      if (key === "instance") return name === "id" ? instanceIdOf(member, place, problems) : member;
      return toCamel(name) === "numericProjectId" ? idOf(member, place, problems) : member;
    });
  });
}

/** Returns a member under either of its spellings, `numericProjectId` or `numeric-project-id`. */
export function memberOf(object: JsonObject | undefined, name: string): Json | undefined {
  if (object === undefined) return undefined;
  return Object.hasOwn(object, name) ? object[name] : object[toKebab(name)];
}

/** Returns `tree` with `instance.serviceAccounts`, under either spelling, put through `change`. */
export function mapServiceAccounts(tree: JsonObject, change: (accounts: Json, key: string) => Json): JsonObject {
  return mapMembers(tree, (top, value) => {
    if (top !== "instance" || !isObject(value)) return value;
    return mapMembers(value, (key, member) => (toCamel(key) === "serviceAccounts" ? change(member, key) : member));
  });
}

/** Returns `tree` with these members of `instance` set. */
export function withInstance(tree: JsonObject, values: JsonObject): JsonObject {
  if (Object.keys(values).length === 0) return tree;
  const instance = isObject(tree.instance) ? tree.instance : {};
  return { ...tree, instance: { ...instance, ...values } };
}

/** Returns digits as the number that the real server prints: a `bigint` beyond 2^53. */
export function numberOf(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

function checkObject(object: JsonObject, at: string, problems: Problems): JsonObject {
  const verbatim = /(^|\.)(attributes|guestAttributes|guest-attributes)\b/.test(at);
  const seen = new Set<string>();
  return mapMembers(object, (key, value) => {
    const here = pathOf(at, key);
    const name = verbatim ? key : toKebab(key);
    if (seen.has(name)) problems.add(here, "Two spellings of one key");
    if (!isName(key))
      problems.add(here, 'A key must not be empty, "." or "..", nor hold a slash or a control character');
    seen.add(name);
    return checkValue(value, here, problems);
  });
}

function checkValue(value: Json, at: string, problems: Problems): Json {
  if (isObject(value)) return checkObject(value, at, problems);
  if (Array.isArray(value)) return checkList(value, at, problems);
  if (value === null) problems.add(at, "Must be a string, number, boolean, list or object, not null");
  return value;
}

function checkList(list: readonly Json[], at: string, problems: Problems): Json {
  const objects = list.filter(isObject).length;
  if (objects !== 0 && objects !== list.length)
    problems.add(at, "A list must hold either objects or plain values, not both");
  return list.map((item, index) => {
    const here = pathOf(at, index);
    if (!Array.isArray(item)) return checkValue(item, here, problems);
    problems.add(here, "A list cannot hold a list");
    return item;
  });
}

function attributesOf(value: Json, at: string, problems: Problems): Json {
  if (!isObject(value)) {
    problems.add(at, `Must be an object, not ${kindOf(value)}`);
    return value;
  }
  return mapMembers(value, (key, member) => {
    if (typeof member === "string" || member === null) return member;
    if (typeof member !== "object") return stringifyJson(member);
    problems.add(pathOf(at, key), `An attribute must be a string, not ${kindOf(member)}; write it as JSON text`);
    return member;
  });
}

/** Digits, or the long hexadecimal id of an instance of Cloud Run, whose dump may be served under any preset. */
function instanceIdOf(value: Json, at: string, problems: Problems): Json {
  const isHexadecimal = typeof value === "string" && HEXADECIMAL.test(value) && !/^\d+$/.test(value);
  return isHexadecimal ? value : idOf(value, at, problems);
}

function idOf(value: Json, at: string, problems: Problems): Json {
  const digits = typeof value === "string" ? value.trim() : typeof value === "object" ? "" : String(value);
  if (/^(0|[1-9]\d*)$/.test(digits)) return numberOf(digits);
  problems.add(at, "Must be a whole number or a string of digits");
  return value;
}

function mapMembers(object: JsonObject, change: (key: string, value: Json) => Json): JsonObject {
  return objectFrom(Object.entries(object).map(([key, value]) => [key, change(key, value)] as const));
}
