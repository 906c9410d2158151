/**
 * The tree as the page shows it: every node with both of its names, and its value as it is edited.
 *
 * @module
 */
import { type Json, stringifyJson } from "../lib/json.ts";
import type { Store } from "../metadata/store.ts";
import { type Directory, jsonKey, type Node } from "../metadata/tree.ts";
import type { NodeView, TreeEvent } from "./messages.ts";

/** Describes the tree as it is now. */
export function describeTree({ changes, snapshot }: Store): TreeEvent {
  return {
    version: snapshot.version,
    root: { path: "", name: "", json: "", kind: "directory", children: childrenOf(snapshot.root, "") },
    changed: changes.map(({ path }) => path.join("/")),
  };
}

function childrenOf(directory: Directory, parent: string): NodeView[] {
  return [...directory.entries].map(([name, node]) => {
    const path = parent === "" ? name : `${parent}/${name}`;
    return { path, name, json: directory.list ? `[${name}]` : jsonKey(directory, name), ...contentOf(node, path) };
  });
}

function contentOf(node: Node, path: string): Pick<NodeView, "kind" | "value" | "children"> {
  switch (node.kind) {
    case "directory":
      return { kind: "directory", children: childrenOf(node, path) };
    case "leaf":
      return leafContent(node.value);
    case "endpoint":
      return { kind: "computed" };
    case "absent":
      return { kind: "absent" };
  }
}

function leafContent(value: Json): Pick<NodeView, "kind" | "value"> {
  return typeof value === "string" ? { kind: "text", value } : { kind: "json", value: stringifyJson(value) };
}
