// LEAD → helper 7: see LEAD-NOTE.md in this folder; this draft is yours now.
/**
 * What can be done to a running instance: read and change its metadata, play events, inject faults, see its requests.
 * The library's methods; the control routes and scenarios are thin views of them. Every change goes through the store.
 *
 * @module
 */
import type { FaultRules } from "../faults/rules.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import { type Change, mergePatch, normalize, valueAt } from "../metadata/document.ts";
import { toJson } from "../metadata/render.ts";
import type { Store } from "../metadata/store.ts";
import { nodeAt, ShapeError } from "../metadata/tree.ts";
import type { Platform } from "../platform.ts";
import type { Journal, JournalEntry } from "../telemetry/journal.ts";
import type { Accounts } from "../tokens/accounts.ts";
import { EventPlayer } from "./events.ts";

export { EventError } from "./events.ts";
import { assertShape } from "./shape.ts";

export interface ControlParts {
  readonly platform: Platform;
  readonly store: Store;
  readonly accounts: () => Accounts;
  readonly faults: FaultRules;
  readonly journal: Journal;
}

/** Names below `/computeMetadata/v1/`, joined by `/`: `instance/attributes/k`. Empty for the whole tree. */
export type ControlPath = string;

export class Control {
  readonly #parts: ControlParts;
  readonly #events: EventPlayer;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#events = new EventPlayer({ ...parts, rotate: (account) => this.rotate(account) });
  }

  /** Returns the node at `path` as `?recursive=true` shows it, hidden ones included; `undefined` when it is missing. */
  get(path: ControlPath): Json | undefined {
    const node = nodeAt(this.#parts.store.snapshot.root, namesOf(path));
    return node?.kind === "directory" || node?.kind === "leaf" ? toJson(node) : undefined;
  }

  /** Puts `value` at `path`; missing directories are made. Rejects with a `ShapeError` and changes nothing. */
  set(path: ControlPath, value: Json): Promise<void> {
    return this.#change(path, () => value);
  }

  /** Merges `patch` into the node at `path` (JSON Merge Patch, RFC 7396). Rejects with a `ShapeError`. */
  patch(path: ControlPath, patch: Json): Promise<void> {
    return this.#change(path, (held) => mergePatch(held, normalize(patch, namesOf(path))));
  }

  /** Removes the node at `path`. Resolves to whether there was one. */
  async delete(path: ControlPath): Promise<boolean> {
    const names = namesOf(path);
    if (names.length === 0) throw new ShapeError('"": the root cannot be removed');
    let found = false;
    await this.#parts.store.write((document) => {
      found = valueAt(document, names) !== undefined;
      return found ? [{ path: names, value: undefined }] : [];
    });
    return found;
  }

  /** Starts an event. Rejects with an `EventError` for one that means nothing. Resolves when its first change is made. */
  event(event: JsonObject): Promise<void> {
    return this.#events.start(event);
  }

  /** Replaces the fault rules. Throws a `ConfigurationError` that names every wrong field. */
  setFaults(rules: Json): void {
    this.#parts.faults.set(rules);
  }

  /** Adds one fault rule. */
  fault(rule: JsonObject): void {
    this.#parts.faults.add(rule);
  }

  /** Returns the fault rules in force. */
  faults(): Json {
    return this.#parts.faults.rules as unknown as Json;
  }

  clearFaults(): void {
    this.#parts.faults.set([]);
  }

  /** Returns the requests kept, oldest first. */
  requests(): readonly JournalEntry[] {
    return this.#parts.journal.entries();
  }

  clearRequests(): void {
    this.#parts.journal.clear();
  }

  /** Forgets the tokens of an account (all without a name): the next request mints anew. */
  rotate(account?: string): void {
    const accounts = this.#parts.accounts();
    accounts.rotate(account === undefined ? undefined : accounts.get(account));
  }

  /** Ends events that are still to come. */
  close(): void {
    this.#events.close();
  }

  #change(path: ControlPath, make: (held: Json | undefined) => Json): Promise<void> {
    const names = namesOf(path);
    return this.#parts.store.write((document): readonly Change[] => {
      const held = valueAt(document, names);
      const value = normalize(make(held), names);
      assertShape(value, names, held);
      return [{ path: names, value }];
    });
  }
}

function namesOf(path: ControlPath): string[] {
  const bare = path.replace(/^\/+|\/+$/g, "");
  return bare === "" ? [] : bare.split("/");
}
