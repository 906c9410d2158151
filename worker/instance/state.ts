/**
 * What is kept of an instance over a restart, as text: the changes made while running, and the local issuer's keys.
 * A text that is not exactly that is refused, never half read.
 *
 * @module
 */
import * as v from "valibot";
import { type Json, type JsonObject, parseJson, stringifyJson } from "../lib/json.ts";
import type { Change } from "../metadata/document.ts";
import type { IssuerKeys } from "../tokens/issuer-keys.ts";

export interface State {
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly keys: IssuerKeys | undefined;
}

/** A text that is no state of this version. The message says why, for behind `Cannot use the state …: `. */
export class StateError extends Error {
  override readonly name = "StateError";
}

const format = "gce-metadata-emulator state 1";

const changeSchema = v.union([
  v.strictObject({ path: v.array(v.string()), removed: v.literal(true) }),
  v.strictObject({ path: v.array(v.string()), value: v.unknown() }),
]);

const schema = v.strictObject({
  format: v.literal(format),
  changes: v.array(changeSchema),
  keys: v.optional(v.strictObject({ secret: v.string(), rsa: v.optional(v.looseObject({ kid: v.string() })) })),
});

/** Returns one change as JSON. */
export function changeToJson({ path, value }: Change): JsonObject {
  return value === undefined ? { path, removed: true } : { path, value };
}

/** Returns the change that `changeToJson` wrote. Throws a `StateError`. */
export function changeFromJson(value: unknown): Change {
  const parsed = v.safeParse(changeSchema, value);
  if (!parsed.success) throw new StateError("a change in it is not readable");
  return toChange(parsed.output);
}

/** Returns a state as text. */
export function stateToText({ changes, keys }: State): string {
  const issuer = keys === undefined ? {} : { keys: keys as unknown as Json };
  return `${stringifyJson({ format, changes: changes.map(changeToJson), ...issuer })}\n`;
}

/** Reads what `stateToText` wrote. Throws a `StateError`. */
export function stateFromText(text: string): State {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new StateError("it is not complete, or no JSON");
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new StateError("it is JSON, but not written by this server, or by another version of it");
  const { changes, keys } = parsed.output;
  return { changes: changes.map(toChange), keys: keys as IssuerKeys | undefined };
}

function toChange(parsed: v.InferOutput<typeof changeSchema>): Change {
  return { path: parsed.path, value: "removed" in parsed ? undefined : (parsed.value as Json) };
}
