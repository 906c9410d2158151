/**
 * Files that hold the tree and nothing around it: the incumbent's configuration (salrashid123/gce_metadata_server,
 * `{"computeMetadata":{"v1":{...}}}`) and a bare dump of `/computeMetadata/v1/?recursive=true`.
 *
 * @module
 */
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import { kindOf } from "./naming.ts";
import { nearest } from "./nearest.ts";
import { knownKeysAt } from "./schema.ts";

/** A configuration whose tree is under `metadata`, and where the tree stood in the file, for messages. */
export interface Unwrapped {
  readonly document: JsonObject;
  readonly metadataAt: string;
}

const DUMP_KEYS = new Set(["instance", "project", "oslogin", "universe"]);

/** A tree and nothing else; keys of the user's own are directories, so that a misspelt option is not taken for one. */
function isDump(document: JsonObject): boolean {
  const keys = Object.keys(document);
  // `oslogin` alone is the configuration's own key.
  if (!keys.some((key) => key !== "oslogin" && DUMP_KEYS.has(key))) return false;
  const options = ["computeMetadata", ...knownKeysAt([])];
  return keys.every((key) => DUMP_KEYS.has(key) || (isObject(document[key]) && nearest(key, options) === undefined));
}

/** Puts a tree that is the whole file under `metadata`; any other document comes back as it is. */
export function unwrapTree(document: JsonObject, problems: Problems): Unwrapped {
  if (isDump(document)) return { document: { metadata: document }, metadataAt: "" };
  if (document.computeMetadata === undefined) return { document, metadataAt: "metadata" };
  const { computeMetadata, ...rest } = document;
  if (rest.metadata !== undefined)
    problems.add("computeMetadata", 'Cannot stand beside "metadata": both hold the tree');
  const tree = isObject(computeMetadata) ? computeMetadata.v1 : undefined;
  if (isObject(tree)) return { document: { ...rest, metadata: tree }, metadataAt: "computeMetadata.v1" };
  problems.add("computeMetadata.v1", `Must be an object${tree === undefined ? "" : `, not ${kindOf(tree)}`}`);
  return { document: rest, metadataAt: "metadata" };
}
