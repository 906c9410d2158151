/**
 * The JSON document behind the tree, keyed by path names (`external-ip`), and the ways of changing it: set, delete,
 * merge (RFC 7396). Pure functions; a document is never modified in place.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, objectFrom } from "../lib/json.ts";
import { isName, toKebab } from "./names.ts";
import { type Shape, shapeAt, shapeBelow } from "./shape.ts";
import { ShapeError } from "./tree.ts";

/** One change of a document: the new value at a path, or its removal. */
export interface Change {
  readonly path: readonly string[];
  /** `undefined` removes the node. */
  readonly value: Json | undefined;
}

/** Returns `value`, given in either spelling, in the spelling of paths. Throws a `ShapeError` for two spellings of one key. */
export function normalize(value: Json, path: readonly string[] = []): Json {
  return normalizeAt(value, shapeAt(path), path);
}

function normalizeAt(value: Json, shape: Shape, path: readonly string[]): Json {
  if (shape.json !== undefined) return value;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((element, i) =>
      normalizeAt(element, shapeBelow(shape, String(i)), [...path, String(i)]),
    );
  }
  if (!isObject(value)) return value;
  const members = new Map<string, Json>();
  for (const [key, member] of Object.entries(value)) {
    const name = shape.verbatim === undefined ? toKebab(key) : key;
    const at = [...path, name];
    if (!isName(name))
      throw new ShapeError(
        `"${at.join("/")}": a key must not be empty, "." or "..", nor hold "/" or control characters`,
      );
    if (members.has(name)) throw new ShapeError(`"${at.join("/")}": two spellings of one key`);
    members.set(name, normalizeAt(member, shapeBelow(shape, name), at));
  }
  return objectFrom(members);
}

/** Lays `over` on `base`: objects are merged, everything else (lists too) is replaced. */
export function overlay(base: JsonObject, over: JsonObject): JsonObject {
  const members = new Map<string, Json>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const held = members.get(key);
    members.set(key, isObject(held) && isObject(value) ? overlay(held, value) : value);
  }
  return objectFrom(members);
}

/** Applies a JSON Merge Patch (RFC 7396): `null` removes, objects merge, the rest replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map<string, Json>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) members.delete(key);
    else members.set(key, mergePatch(members.get(key), value));
  }
  return objectFrom(members);
}

/** Returns the value at `path`, or `undefined`. */
export function valueAt(document: Json | undefined, path: readonly string[]): Json | undefined {
  let value = document;
  for (const name of path) {
    if (Array.isArray(value)) value = /^\d+$/.test(name) ? (value as readonly Json[])[Number(name)] : undefined;
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Copies that nobody else holds, and that may be changed. */
export type Own = Set<unknown>;

/**
 * Returns `document` with `change` made. Missing directories on the way are made; a leaf on the way, or a list index
 * beyond the end, is a `ShapeError`. Of many changes, one after the other, each directory is copied once for one `own`.
 */
export function withChange(document: JsonObject, { path, value }: Change, own: Own = new Set()): JsonObject {
  if (path.length > 0) return changed(document, path, value, [], own) as JsonObject;
  if (!isObject(value)) throw new ShapeError('"": the root must be an object');
  return value;
}

/** Returns `document` with all `changes` made, in their order. */
export function withChanges(document: JsonObject, changes: readonly Change[]): JsonObject {
  const own: Own = new Set();
  return changes.reduce((now, change) => withChange(now, change, own), document);
}

function changed(
  node: Json | undefined,
  path: readonly string[],
  value: Json | undefined,
  done: readonly string[],
  own: Own,
): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const at = [...done, name];
  if (Array.isArray(node)) return changedList(node as readonly Json[], name, rest, value, at, own);
  if (node !== undefined && !isObject(node))
    throw new ShapeError(`"${done.join("/")}": is a leaf, nothing can stand below it`);
  if (node === undefined && value === undefined) return undefined;
  if (!isName(name))
    throw new ShapeError(`"${at.join("/")}": a key must not be empty, "." or "..", nor hold "/" or control characters`);
  const members = (own.has(node) ? node : objectFrom(Object.entries(node ?? {}))) as Record<string, Json>;
  own.add(members);
  const next = changed(Object.hasOwn(members, name) ? members[name] : undefined, rest, value, at, own);
  if (next === undefined) delete members[name];
  // Not by an assignment, which `__proto__` would take for something else.
  else Object.defineProperty(members, name, { value: next, writable: true, enumerable: true, configurable: true });
  return members;
}

function changedList(
  list: readonly Json[],
  name: string,
  rest: readonly string[],
  value: Json | undefined,
  at: readonly string[],
  own: Own,
): Json {
  const index = /^(?:0|[1-9]\d*)$/.test(name) ? Number(name) : Number.NaN;
  if (!(index < list.length || (index === list.length && value !== undefined))) {
    throw new ShapeError(`"${at.join("/")}": the list has ${list.length} elements; the next index is ${list.length}`);
  }
  const next = changed(list[index], rest, value, at, own);
  if (next === undefined) return list.filter((_, i) => i !== index);
  return index === list.length ? [...list, next] : list.map((element, i) => (i === index ? next : element));
}
