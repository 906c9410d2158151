/**
 * One state of the metadata: the document, the tree built from it, and ETags computed at most once a node.
 *
 * @module
 */
import { type Json, type JsonObject, stringifyJson } from "../lib/json.ts";
import { valueAt, withChange } from "./document.ts";
import { etagOf } from "./etag.ts";
import { fromSegment } from "./names.ts";
import { toJson } from "./render.ts";
import { type Additions, buildTree, type Directory, type Node, nodeAt } from "./tree.ts";

/** A node that a request path means. */
export interface Found {
  readonly node: Node;
  /** Names from the root, joined by `/`; the key of waiters and ETags. */
  readonly path: string;
}

export class Snapshot {
  readonly version: number;
  readonly document: JsonObject;
  readonly root: Directory;
  readonly #etags = new Map<string, string>();

  /** Throws a `ShapeError` when `document` is nothing that the tree can hold. */
  constructor(document: JsonObject, additions: Additions, version: number) {
    this.version = version;
    this.document = document;
    this.root = buildTree(visible(document), additions);
  }

  /** Returns the node that `path` (raw, below the version, without leading or trailing slash) means. */
  find(path: string): Found | undefined {
    if (path === "") return { node: this.root, path: "" };
    const names = path.split("/").map(fromSegment);
    const node = nodeAt(this.root, names);
    return node === undefined ? undefined : { node, path: names.join("/") };
  }

  /** Returns the ETag of the node at `path`, or `undefined` where there is none (nothing there, computed endpoints). */
  etag(path: string): string | undefined {
    const held = this.#etags.get(path);
    if (held !== undefined) return held;
    const node = path === "" ? this.root : nodeAt(this.root, path.split("/"));
    if (node?.kind !== "directory" && node?.kind !== "leaf") return undefined;
    const etag = etagOf(path, stringifyJson(toJson(node)));
    this.#etags.set(path, etag);
    return etag;
  }

  /** Returns the value of an attribute as readers apply it: the instance's own, else the project's. */
  attribute(name: string): string | undefined {
    return attributeOf(this.document, name);
  }
}

/** Whether an attribute says yes, in the spellings that Google's agents accept. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:true|1|yes|y)$/i.test(value);
}

function attributeOf(document: Json, name: string): string | undefined {
  const value =
    valueAt(document, ["instance", "attributes", name]) ?? valueAt(document, ["project", "attributes", name]);
  return value === undefined || typeof value === "object" ? undefined : String(value);
}

const guestAttributes = ["instance", "guest-attributes"];

/** Guest attributes that are switched off show as an empty object (mds-behaviour.md 4). */
function visible(document: JsonObject): JsonObject {
  if (valueAt(document, guestAttributes) === undefined || isTrue(attributeOf(document, "enable-guest-attributes")))
    return document;
  return withChange(document, { path: guestAttributes, value: {} });
}
