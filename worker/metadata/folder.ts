/**
 * `--metadata-dir`: a folder laid over the tree. Sub-folders are directories, files are leaves; where the tree has a
 * number or a list of plain values already, the text becomes one too, so that types stay what clients expect.
 *
 * @module
 */
import { ConfigurationError } from "../lib/errors.ts";
import { isObject, type Json, type JsonObject, objectFrom } from "../lib/json.ts";
import { number } from "./defaults.ts";
import { valueAt, withChange } from "./document.ts";
import { toKebab } from "./names.ts";
import { rootShape, type Shape, shapeBelow } from "./shape.ts";
import { buildTree, ShapeError } from "./tree.ts";

/** A folder's content by name: text of a file, or a folder. */
export interface Folder {
  readonly [name: string]: string | Folder;
}

/**
 * Returns `document` with `folder` over it. Names are those of paths, or of JSON; `computeMetadata/v1` on top is optional.
 * Throws a `ConfigurationError` for a folder that the tree cannot hold.
 */
export function withFolder(document: JsonObject, folder: Folder): JsonObject {
  try {
    const whole = laid(document, rootOf(folder), rootShape) as JsonObject;
    buildTree(whole);
    return whole;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ConfigurationError([{ at: "--metadata-dir", message: error.message }]);
  }
}

const facts = [
  ["project", "project-id"],
  ["project", "numeric-project-id"],
  ["instance", "name"],
  ["instance", "region"],
  ["instance", "zone"],
] as const;

/** Returns `document` with what defaults are derived from (project, zone, …) as `folder` has it. */
export function withFactsOf(document: JsonObject, folder: Folder): JsonObject {
  const whole = withFolder(document, folder);
  return facts.reduce((known, path) => {
    const value = valueAt(whole, path);
    if (value === undefined || value === valueAt(known, path)) return known;
    const isNumber = path[1] === "numeric-project-id" && typeof value === "string" && /^\d+$/.test(value);
    return withChange(known, { path, value: isNumber ? number(value) : value });
  }, document);
}

function rootOf(folder: Folder): Folder {
  const version = folder.computeMetadata;
  const root = typeof version === "object" ? version.v1 : undefined;
  return typeof root === "object" ? root : folder;
}

function laid(held: Json | undefined, over: string | Folder, shape: Shape): Json {
  if (typeof over === "string") return leaf(held, over.replace(/\r?\n$/, ""));
  if (Array.isArray(held)) return laidList(held as readonly Json[], over, shape);
  const members = new Map<string, Json>(isObject(held) ? Object.entries(held) : []);
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(over)) {
    const key = shape.verbatim === undefined ? toKebab(name) : name;
    if (seen.has(key)) throw new ShapeError(`"${name}": two spellings of one key`);
    seen.add(key);
    members.set(key, laid(members.get(key), value, shapeBelow(shape, key)));
  }
  return objectFrom(members);
}

/** Folders named `0`, `1`, … over a list change its elements; the next number adds one. */
function laidList(held: readonly Json[], over: Folder, shape: Shape): Json {
  const names = Object.keys(over).sort((a, b) => Number(a) - Number(b));
  if (!names.every((name) => /^(?:0|[1-9]\d{0,3})$/.test(name))) return laid({}, over, shape);
  const list = [...held];
  for (const name of names) {
    const index = Math.min(Number(name), list.length);
    list[index] = laid(list[index], over[name] ?? "", shapeBelow(shape, name));
  }
  return list;
}

function leaf(held: Json | undefined, text: string): Json {
  if ((typeof held === "number" || typeof held === "bigint") && /^-?\d+$/.test(text)) return number(text);
  const plainList = Array.isArray(held) && (held as readonly Json[]).every((element) => typeof element !== "object");
  return plainList ? text.split(/\r?\n/).filter((line) => line !== "") : text;
}
