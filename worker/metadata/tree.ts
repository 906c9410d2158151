/**
 * The metadata tree: directories and leaves built from a JSON document by the general rules of mds-behaviour.md 2 and 4
 * and the exceptions of `shape.ts`. Immutable; what it looks like on the wire is `render.ts`'s.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, type Scalar } from "../lib/json.ts";
import { byCodeUnit, isName, toCamel, toKebab } from "./names.ts";
import { rootShape, type Shape, shapeBelow } from "./shape.ts";

export interface Directory {
  readonly kind: "directory";
  /** In listing order: byte-wise, numeric children by number. */
  readonly entries: ReadonlyMap<string, Node>;
  /** An array in JSON; its entries are named `0`, `1`, … */
  readonly list: boolean;
  /** JSON keys are the names themselves, not their camel-case form. */
  readonly verbatim: boolean;
  /** Entries that answer but are neither listed nor in recursive output. */
  readonly hidden: ReadonlySet<string>;
}

export interface Leaf {
  readonly kind: "leaf";
  readonly value: Json;
  /** How it is printed without `alt`: as text, one element per line, compact JSON, or JSON on several lines. */
  readonly form: "text" | "lines" | "json" | "document";
}

/** Listed and answered, but computed for each request and never part of recursive output (`token`, `identity`). */
export interface Endpoint {
  readonly kind: "endpoint";
}

/** Listed, but there is nothing to read yet: the real server's answer to that (mds-behaviour.md 5.1, 5.2). */
export interface Absent {
  readonly kind: "absent";
  readonly status: 412 | 503;
  readonly body: string;
  readonly contentType: string;
}

export type Node = Directory | Leaf | Endpoint | Absent;

/** A key that is no name, or a value that the tree cannot hold at that place. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** Nodes that stand beside what the document says, keyed by path: `instance/upcoming-maintenance`. `*`: any one name. */
export type Additions = Readonly<Record<string, Node>>;

/** Builds the tree of `document`, which is what `?recursive=true` prints. Throws a `ShapeError` that names the path. */
export function buildTree(document: JsonObject, additions: Additions = {}): Directory {
  const extra = Object.entries(additions).map(([path, node]) => ({ names: path.split("/"), node }));
  return buildDirectory(document, rootShape, [], extra);
}

interface Extra {
  readonly names: readonly string[];
  readonly node: Node;
}

function buildNode(value: Json, shape: Shape, path: readonly string[], extra: readonly Extra[]): Node {
  if (shape.json !== undefined) return jsonLeaf(value, shape.json);
  if (Array.isArray(value)) return buildList(value as readonly Json[], shape, path, extra);
  if (isObject(value)) return buildDirectory(value, shape, path, extra);
  return { kind: "leaf", value: shape.strings === true ? textOf(value as Scalar) : value, form: "text" };
}

function jsonLeaf(value: Json, form: "compact" | "document"): Leaf {
  if (typeof value !== "object" || value === null) return { kind: "leaf", value, form: "text" };
  return { kind: "leaf", value, form: form === "compact" ? "json" : "document" };
}

function buildList(list: readonly Json[], shape: Shape, path: readonly string[], extra: readonly Extra[]): Node {
  const plain = list.every((element) => typeof element !== "object" || element === null);
  if (plain && shape.listDirectory !== true) return { kind: "leaf", value: list, form: "lines" };
  const entries = list.map((element, index): [string, Node] => {
    const name = String(index);
    return [name, buildNode(element, shapeBelow(shape, name), [...path, name], extraBelow(extra, name))];
  });
  return { kind: "directory", entries: new Map(entries), list: true, verbatim: true, hidden: new Set() };
}

function buildDirectory(object: JsonObject, shape: Shape, path: readonly string[], extra: readonly Extra[]): Directory {
  const verbatim = shape.verbatim !== undefined;
  const found = new Map<string, Node>();
  for (const [key, value] of Object.entries(object)) {
    const name = verbatim ? key : toKebab(key);
    const at = [...path, name];
    if (!isName(name))
      throw new ShapeError(
        `"${at.join("/")}": a key must not be empty, "." or "..", nor hold "/" or control characters`,
      );
    if (found.has(name)) throw new ShapeError(`"${at.join("/")}": two spellings of one key`);
    const below = shapeBelow(shape, name);
    if (shape.strings === true && typeof value === "object" && value !== null) {
      throw new ShapeError(`"${at.join("/")}": the value must be a string`);
    }
    const inherited: Shape = shape.strings === true ? { ...below, strings: true } : below;
    found.set(name, buildNode(value, inherited, at, extraBelow(extra, name)));
  }
  addExtra(found, extra);
  const entries = new Map([...found].sort(([a], [b]) => byCodeUnit(a, b)));
  const hidden = new Set([...entries.keys()].filter((name) => shapeBelow(shape, name).hidden === true));
  return { kind: "directory", entries, list: false, verbatim, hidden };
}

function addExtra(found: Map<string, Node>, extra: readonly Extra[]): void {
  for (const { names, node } of extra) {
    const [name] = names;
    if (names.length !== 1 || name === undefined || name === "*" || found.has(name)) continue;
    found.set(name, node);
  }
}

function extraBelow(extra: readonly Extra[], name: string): readonly Extra[] {
  if (extra.length === 0) return extra;
  const below: Extra[] = [];
  for (const { names, node } of extra) {
    if (names.length > 1 && (names[0] === name || names[0] === "*")) below.push({ names: names.slice(1), node });
  }
  return below;
}

/** Returns a scalar as a text leaf shows it. */
export function textOf(value: Scalar): string {
  return value === null ? "" : String(value);
}

/** Returns the node at `names`, or `undefined`. */
export function nodeAt(root: Directory, names: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const name of names) {
    if (node?.kind !== "directory") return undefined;
    node = node.entries.get(name);
  }
  return node;
}

/** Returns the JSON key of an entry of `directory`. */
export function jsonKey(directory: Directory, name: string): string {
  return directory.verbatim ? name : toCamel(name);
}
