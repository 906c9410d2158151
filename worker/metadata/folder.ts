/**
 * `--metadata-dir`: a folder laid over the tree. Sub-folders are directories, files are leaves; where the tree has a
 * number or a list of plain values already, the text becomes one too, so that types stay what clients expect.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, objectFrom } from "../lib/json.ts";
import { number } from "./defaults.ts";

/** A folder's content by name: text of a file, or a folder. */
export interface Folder {
  readonly [name: string]: string | Folder;
}

/** Returns `document` with `folder` over it. Names are those of paths; `computeMetadata/v1` on top is optional. */
export function withFolder(document: JsonObject, folder: Folder): JsonObject {
  return laid(document, rootOf(folder)) as JsonObject;
}

function rootOf(folder: Folder): Folder {
  const version = folder.computeMetadata;
  const root = typeof version === "object" ? version.v1 : undefined;
  return typeof root === "object" ? root : folder;
}

function laid(held: Json | undefined, over: string | Folder): Json {
  if (typeof over === "string") return leaf(held, over.replace(/\r?\n$/, ""));
  if (Array.isArray(held)) return laidList(held as readonly Json[], over);
  const members = new Map<string, Json>(isObject(held) ? Object.entries(held) : []);
  for (const [name, value] of Object.entries(over)) members.set(name, laid(members.get(name), value));
  return objectFrom(members);
}

/** Folders named `0`, `1`, … over a list change its elements; the next number adds one. */
function laidList(held: readonly Json[], over: Folder): Json {
  const names = Object.keys(over).sort((a, b) => Number(a) - Number(b));
  if (!names.every((name) => /^(?:0|[1-9]\d{0,3})$/.test(name))) return laid({}, over);
  const list = [...held];
  for (const name of names) {
    const index = Math.min(Number(name), list.length);
    list[index] = laid(list[index], over[name] ?? "");
  }
  return list;
}

function leaf(held: Json | undefined, text: string): Json {
  if ((typeof held === "number" || typeof held === "bigint") && /^-?\d+$/.test(text)) return number(text);
  const plainList = Array.isArray(held) && (held as readonly Json[]).every((element) => typeof element !== "object");
  return plainList ? text.split(/\r?\n/).filter((line) => line !== "") : text;
}
