/**
 * The one writer of an instance's metadata: what the configuration says, and over it the changes made while running
 * (guest attributes, control calls, events). Every change makes a new snapshot and wakes the waiters it concerns;
 * a change that the tree cannot hold leaves everything as it was.
 *
 * @module
 */
import { type JsonObject, stringifyJson } from "../lib/json.ts";
import type { Clock } from "../platform.ts";
import { type Change, type Own, valueAt, withChange, withChanges } from "./document.ts";
import { Snapshot } from "./snapshot.ts";
import { type Additions, ShapeError } from "./tree.ts";
import { Waiters } from "./waiters.ts";

/** Keeps changes over a restart. Called before a change is visible or acknowledged. */
export type SaveChanges = (changes: readonly Change[]) => Promise<void>;

export interface StoreOptions {
  readonly clock: Clock;
  /** The configured document, in the spelling of paths. */
  readonly document: JsonObject;
  readonly additions: Additions;
  /** Changes of an earlier run, oldest first. */
  readonly changes?: readonly Change[];
  /** Longest wait for a change. Default: without end. */
  readonly maxWaitMs?: number | undefined;
  readonly save?: SaveChanges | undefined;
}

/** What the changes of an instance may hold, in characters: whoever may write could fill the memory otherwise. */
export const maxChangesSize = 16 * 1024 * 1024;

export class Store {
  readonly waiters: Waiters;
  readonly #additions: Additions;
  readonly #save: SaveChanges | undefined;
  #configured: JsonObject;
  /** By path, in the order in which they were made; a change drops the older ones at or below its path. */
  #changes: readonly Change[];
  #snapshot: Snapshot;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();

  constructor(options: StoreOptions) {
    this.waiters = new Waiters(options.clock, options.maxWaitMs);
    this.#additions = options.additions;
    this.#save = options.save;
    this.#configured = options.document;
    this.#changes = options.changes ?? [];
    this.#snapshot = new Snapshot(withChanges(this.#configured, this.#changes), this.#additions, 1);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Tells `listener` about every new snapshot; the returned function ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes made while running, oldest first. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /**
   * Makes changes, one writer after the other. `plan` sees the document as it is when its turn comes. Resolves when the
   * changes are kept and visible. Rejects with a `ShapeError`, also where they outgrow their bound, or with what keeping
   * them threw; nothing has changed then.
   */
  write(plan: (document: JsonObject) => readonly Change[]): Promise<void> {
    return this.#enqueue(async () => {
      const made = plan(this.#snapshot.document);
      if (made.length === 0) return;
      const changes = planned(this.#snapshot.document, this.#changes, made);
      assertBounded(changes, this.#changes);
      const next = this.#next(this.#configured, changes);
      await this.#save?.(changes);
      this.#changes = changes;
      this.#publish(next);
    });
  }

  /** Puts another configured document under the changes. Rejects with a `ShapeError` and keeps the old one. */
  configure(document: JsonObject): Promise<void> {
    return this.#enqueue(async () => {
      const next = this.#next(document, this.#changes);
      this.#configured = document;
      this.#publish(next);
    });
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(task);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #next(document: JsonObject, changes: readonly Change[]): Snapshot {
    return new Snapshot(withChanges(document, changes), this.#additions, this.#snapshot.version + 1);
  }

  #publish(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.waiters.notify(snapshot);
    for (const listener of this.#listeners) listener();
  }
}

/** Returns the changes with those that were made behind them. */
function planned(document: JsonObject, changes: readonly Change[], made: readonly Change[]): readonly Change[] {
  const own: Own = new Set();
  let now = document;
  const whole = made.map((change) => {
    const all = wholeList(now, change);
    now = withChange(now, all, own);
    return all;
  });
  return withoutOverridden([...changes, ...whole]);
}

/** A change inside a list becomes the new list: indexes mean something else once an element has gone. */
function wholeList(document: JsonObject, change: Change): Change {
  for (let depth = 0; depth < change.path.length; depth++) {
    const path = change.path.slice(0, depth);
    if (Array.isArray(valueAt(document, path))) return { path, value: valueAt(withChange(document, change), path) };
  }
  return change;
}

/** Drops what a later change at or above its path overrides, so that the list never outgrows the tree. */
function withoutOverridden(changes: readonly Change[]): readonly Change[] {
  const later = new Set<string>();
  return changes
    .toReversed()
    .filter(({ path }) => {
      const isOverridden = [...path.keys(), path.length].some((depth) => later.has(pathTo(path, depth)));
      later.add(pathTo(path));
      return !isOverridden;
    })
    .toReversed();
}

/** Names hold no slash. */
const pathTo = (path: readonly string[], depth = path.length) => path.slice(0, depth).join("/");

/** Refuses to grow beyond the bound; what makes the changes smaller passes. Throws a `ShapeError`. */
function assertBounded(changes: readonly Change[], before: readonly Change[]): void {
  const size = sizeOf(changes);
  if (size > maxChangesSize && size > sizeOf(before))
    throw new ShapeError(
      "Changes made while running hold 16 MiB at most; remove some, or put them into the configuration",
    );
}

function sizeOf(changes: readonly Change[]): number {
  return changes.reduce(
    (sum, { path, value }) => sum + pathTo(path).length + (value === undefined ? 0 : stringifyJson(value).length),
    0,
  );
}
