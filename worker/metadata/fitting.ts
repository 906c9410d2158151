/**
 * Changes of an earlier run over a configuration that may be another one by now.
 *
 * @module
 */
import type { JsonObject } from "../lib/json.ts";
import type { Log } from "../platform.ts";
import { type Change, withChanges } from "./document.ts";
import { buildTree, ShapeError } from "./tree.ts";

/** Returns the changes that `document` has a place for, and logs each other one. */
export function fittingChanges(document: JsonObject, changes: readonly Change[], log: Log): readonly Change[] {
  const refused = ({ message }: ShapeError) =>
    log("warn", `Cannot keep a change of an earlier run, the configuration has no place for it: ${message}`);

  if (fitted(document, changes) !== undefined) return changes;
  const kept: Change[] = [];
  let now = document;
  for (const change of changes) {
    const next = fitted(now, [change], refused);
    if (next === undefined) continue;
    now = next;
    kept.push(change);
  }
  return kept;
}

function fitted(
  document: JsonObject,
  changes: readonly Change[],
  refused?: (error: ShapeError) => void,
): JsonObject | undefined {
  try {
    const changed = withChanges(document, changes);
    buildTree(changed);
    return changed;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    refused?.(error);
    return undefined;
  }
}
