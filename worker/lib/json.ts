/**
 * JSON with exact integers: ids of instances, disks' licenses and projects do not fit a double, so an integer beyond
 * 2^53 is read as a `bigint` and written with all its digits. Reading is lossless-json's (JSON.parse shows the source
 * text of a number only on newer engines).
 *
 * @module
 */
import { parse, stringify } from "lossless-json";

export type Scalar = string | number | bigint | boolean | null;
export type Json = Scalar | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Levels of objects and lists: what walks them needs stack for each, and a whole metadata tree has a dozen. */
const maxDepth = 500;

/** Parses JSON text. Throws a `SyntaxError` that gives the position, never the text around it (it may be a secret). */
export function parseJson(text: string): Json {
  const value = parsed(text);
  assertShallow(value, maxDepth);
  return value;
}

function assertShallow(value: Json, levels: number): void {
  if (typeof value !== "object" || value === null) return;
  if (levels === 0) throw new SyntaxError(`nested more than ${maxDepth} levels deep`);
  for (const member of Object.values(value)) assertShallow(member, levels - 1);
}

function parsed(text: string): Json {
  try {
    return parse(text, undefined, { parseNumber }) as Json;
  } catch (error) {
    const at = /position \d+/.exec(error instanceof Error ? error.message : "")?.[0];
    throw new SyntaxError(at === undefined ? "not valid JSON" : `not valid JSON at ${at}`);
  }
}

function parseNumber(text: string): number | bigint {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(value)) return BigInt(text);
  if (!Number.isFinite(value)) throw new RangeError("number out of range");
  return value;
}

/** Writes JSON, keys in their own order, a `bigint` as a bare number: compact, or indented by `indent` spaces. */
export function stringifyJson(value: Json, indent = 0): string {
  return indent === 0 ? compact(value) : (stringify(value, undefined, indent) ?? "null");
}

/** Faster than the library, and this is on the way of every recursive answer. */
function compact(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(compact).join(",")}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${compact(member)}`);
  return `{${members.join(",")}}`;
}

/** Whether `value` is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Builds an object without a prototype's traps: `__proto__` becomes an ordinary own key. */
export function objectFrom(entries: Iterable<readonly [string, Json]>): JsonObject {
  return Object.fromEntries(entries);
}
