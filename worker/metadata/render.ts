/**
 * A node of the tree as the bytes that the real server answers: listings, text leaves, recursive text and JSON
 * (mds-behaviour.md 2, 3.2, 4), and the ETag of a node (3.4).
 *
 * @module
 */
import { type Json, type JsonObject, objectFrom, type Scalar, stringifyJson } from "../lib/json.ts";
import { byCodeUnit } from "./names.ts";
import { type Directory, jsonKey, type Leaf, type Node, textOf } from "./tree.ts";

export type Alt = "json" | "text";

/** A body and its media type, exactly as sent. */
export interface Rendered {
  readonly body: string;
  readonly contentType: "application/text" | "application/json";
}

const text = (body: string): Rendered => ({ body, contentType: "application/text" });
const json = (value: Json): Rendered => ({ body: stringifyJson(value), contentType: "application/json" });

/** Renders a listing: one name per line, directories with a slash, hidden entries left out. */
export function renderListing(directory: Directory): Rendered {
  let body = "";
  for (const [name, node] of directory.entries) {
    if (!directory.hidden.has(name)) body += node.kind === "directory" ? `${name}/\n` : `${name}\n`;
  }
  return text(body);
}

/** Renders a directory with everything below it: JSON by default, one `path value` line per leaf with `alt=text`. */
export function renderRecursive(directory: Directory, alt: Alt = "json"): Rendered {
  return alt === "json" ? json(toJson(directory)) : text(textLines(directory, "").join(""));
}

/** Renders a leaf in its own form, or in the one that `alt` asks for. */
export function renderLeaf(leaf: Leaf, alt?: Alt): Rendered {
  const form = alt === "json" ? "json" : alt === "text" && leaf.form === "json" ? textForm(leaf.value) : leaf.form;
  if (form === "json") return json(leaf.value);
  // Pre-rendered by the real server, unlike all its other JSON (mds-behaviour.md 4, 5.3).
  if (form === "document") return { body: stringifyJson(leaf.value, 1), contentType: "application/json" };
  if (form === "lines")
    return text((leaf.value as readonly Scalar[]).map((element) => `${textOf(element)}\n`).join(""));
  return text(leafText(leaf.value));
}

const textForm = (value: Json) => (Array.isArray(value) ? "lines" : "text");

/** The text of a value that is not a list of scalars: objects have no text form of their own and stay JSON. */
function leafText(value: Json): string {
  return typeof value === "object" && value !== null ? stringifyJson(value) : textOf(value);
}

/** Returns the JSON of a directory or leaf, keys sorted, in the spelling of `?recursive=true`. */
export function toJson(node: Directory | Leaf): Json {
  if (node.kind === "leaf") return node.value;
  if (node.list) return [...node.entries.values()].filter(isData).map(toJson);
  return directoryJson(node);
}

function directoryJson(directory: Directory): JsonObject {
  const members: [string, Json][] = [];
  for (const [name, node] of directory.entries) {
    if (isData(node) && !directory.hidden.has(name)) members.push([jsonKey(directory, name), toJson(node)]);
  }
  return objectFrom(members.sort(([a], [b]) => byCodeUnit(a, b)));
}

function isData(node: Node): node is Directory | Leaf {
  return node.kind === "directory" || node.kind === "leaf";
}

function textLines(directory: Directory, prefix: string): string[] {
  const lines: string[] = [];
  for (const [name, node] of directory.entries) {
    if (directory.hidden.has(name)) continue;
    const path = prefix + name;
    if (node.kind === "directory") lines.push(...textLines(node, `${path}/`));
    else if (node.kind === "leaf") lines.push(...leafLines(node, path));
  }
  return lines;
}

function leafLines(leaf: Leaf, path: string): string[] {
  const { value } = leaf;
  if (Array.isArray(value)) return (value as readonly Json[]).map((element) => `${path} ${leafText(element)}\n`);
  // A value of several lines stands as it is, a document as much as an attribute (mds-behaviour.md 3.2).
  return [`${path} ${leaf.form === "document" ? stringifyJson(value, 1) : leafText(value)}\n`];
}
