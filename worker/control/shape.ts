/**
 * What may become of a node by a control call: stricter than the tree, which also holds whatever a configuration says.
 * A directory stays one, a leaf keeps its type, attributes are strings; so a slip is a 400 and never a broken client.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { type Change, mergePatch, normalize, valueAt } from "../metadata/document.ts";
import { rootShape, type Shape, shapeBelow } from "../metadata/shape.ts";
import { ShapeError } from "../metadata/tree.ts";

/** The change that makes `value` (in either spelling) the node at `path`. Throws a `ShapeError`. */
export function replacement(document: JsonObject, path: readonly string[], value: Json): Change {
  assertShallow(value, path);
  const shape = shapeOnTheWay(document, path);
  const normal = normalize(value, path);
  assertFits({ held: valueAt(document, path), shape, at: path, text: isText(path) }, normal);
  return { path, value: normal };
}

/**
 * The changes that a JSON Merge Patch makes below `path`, as small as they can be: what it does not name stays the
 * configuration's. Throws a `ShapeError`.
 */
export function patchChanges(document: JsonObject, path: readonly string[], patch: Json): readonly Change[] {
  assertShallow(patch, path);
  const shape = shapeOnTheWay(document, path);
  if (patch === null) fail(path, "null is no value; DELETE removes a node");
  return changesOf({ held: valueAt(document, path), shape, at: path, text: isText(path) }, normalize(patch, path));
}

/** A place of the tree and what stands there. */
interface Place {
  readonly held: Json | undefined;
  readonly shape: Shape;
  readonly at: readonly string[];
  /** An attribute: always a string. */
  readonly text: boolean;
}

function changesOf(place: Place, patch: Json): readonly Change[] {
  const { held, shape, at } = place;
  if (patch === null) return held === undefined ? [] : [{ path: at, value: undefined }];
  if (shape.json === undefined && isObject(patch) && isObject(held)) {
    return Object.entries(patch).flatMap(([name, member]) => changesOf(child(place, name), member));
  }
  const value = mergePatch(held, patch);
  assertFits(place, value);
  return [{ path: at, value }];
}

function child({ held, shape, at }: Place, name: string): Place {
  return {
    held: valueAt(held, [name]),
    shape: shapeBelow(shape, name),
    at: [...at, name],
    text: shape.strings === true,
  };
}

/** Returns the shape at `path`. Throws where a leaf stands on the way, which the document alone does not tell. */
function shapeOnTheWay(document: JsonObject, path: readonly string[]): Shape {
  let shape = rootShape;
  for (let depth = 0; depth < path.length; depth++) {
    const at = path.slice(0, depth);
    const held = valueAt(document, at);
    const values = Array.isArray(held) && shape.listDirectory !== true && held.length > 0 && isPlain(held);
    if (shape.json !== undefined || values) fail(at, "is a leaf, nothing can stand below it");
    if (held === undefined && shape.listDirectory === true) fail(at, "there is no such list yet; put it whole");
    shape = shapeBelow(shape, path[depth] ?? "");
  }
  return shape;
}

function isText(path: readonly string[]): boolean {
  return path.length === 3 && path[1] === "attributes";
}

/** Far more than any tree has, and few enough for every walk through a value to end. */
const maxDepth = 64;

function assertShallow(value: Json, path: readonly string[], depth = path.length): void {
  if (depth > maxDepth) fail(path, `is nested more than ${maxDepth} levels deep`);
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) assertShallow(member as Json, path, depth + 1);
}

const computed = /^instance\/service-accounts\/[^/]+\/(?:token|identity)$/;
const numbers = new Set(["instance/id", "project/numeric-project-id"]);

function assertFits(place: Place, value: Json): void {
  const { at, shape } = place;
  if (computed.test(at.join("/"))) fail(at, "is made anew for each request and cannot be set");
  if (value === null) fail(at, "null is no value; DELETE removes a node");
  if (shape.json !== undefined) {
    // A leaf of JSON holds what it likes, but a list stays one: tags that are a text break every client.
    const wrong = Array.isArray(place.held) ? heldListProblem(place.held, value) : undefined;
    if (wrong !== undefined) fail(at, wrong);
    return;
  }
  const problem = mismatch(place, value);
  if (problem !== undefined) fail(at, problem);
  if (Array.isArray(value))
    for (const [i, element] of (value as readonly Json[]).entries()) assertFits(child(place, String(i)), element);
  else if (isObject(value)) for (const [name, member] of Object.entries(value)) assertFits(child(place, name), member);
}

/** Says why `value` cannot stand at a place, or nothing. */
function mismatch(place: Place, value: Json): string | undefined {
  const { at, held, shape } = place;
  if (place.text || isGuestValue(at)) return typeof value === "string" ? undefined : "the value must be a string";
  if (isDirectory(place)) return isObject(value) ? undefined : "is a directory and takes an object";
  if (shape.listDirectory === true && (held === undefined || Array.isArray(held)))
    return listProblem(value, "is a directory and takes a list");
  if (Array.isArray(held)) return heldListProblem(held, value);
  if (numbers.has(at.join("/")) && typeof held !== "string")
    return isWhole(value) ? undefined : "the value must be a whole number";
  switch (typeof held) {
    case "string":
      return typeof value === "string" ? undefined : "the value must be a string";
    case "number":
    case "bigint":
      return isWhole(value) ? undefined : "the value must be a whole number";
    case "boolean":
      return typeof value === "object" ? "is a leaf and takes no object or list" : undefined;
    default:
      return undefined;
  }
}

function isDirectory({ at, held, shape }: Place): boolean {
  if (held !== undefined) return isObject(held);
  if (at[1] === "guest-attributes" && at.length <= 3) return at.length > 1;
  return (shape.below !== undefined && shape.listDirectory !== true) || shape.verbatim === "keys";
}

function isGuestValue(at: readonly string[]): boolean {
  return at[0] === "instance" && at[1] === "guest-attributes" && at.length >= 4;
}

function heldListProblem(held: readonly Json[], value: Json): string | undefined {
  if (held.length === 0) return listProblem(value, "takes a list");
  if (isPlain(held)) return listProblem(value, "takes a list of values", isPlain);
  return listProblem(value, "is a directory and takes a list of objects", (list) => list.every(isObject));
}

function listProblem(
  value: Json,
  problem: string,
  accepts: (list: readonly Json[]) => boolean = () => true,
): string | undefined {
  return Array.isArray(value) && accepts(value as readonly Json[]) ? undefined : problem;
}

function isPlain(list: readonly Json[]): boolean {
  return list.every((element) => typeof element !== "object");
}

const isWhole = (value: Json) => typeof value === "bigint" || Number.isSafeInteger(value);

function fail(at: readonly string[], problem: string): never {
  throw new ShapeError(`"${at.join("/")}": ${problem}`);
}
