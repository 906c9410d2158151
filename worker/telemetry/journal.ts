/**
 * The last requests, for whoever asks what a program did, and a stream of them for whoever watches. Nothing secret is in
 * an entry: tokens in queries are struck out. Headers and bodies are kept beside it, for the inspector alone.
 *
 * @module
 */
import { redact } from "./log.ts";
import { clip, fitting, forgotten, nothing, type Sent, sizeOf } from "./sent.ts";

export interface JournalEntry {
  /** Rises by one from request to request. */
  readonly id: number;
  /** ISO 8601, when the request came. */
  readonly time: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** What the client calls itself, by `x-goog-api-client` or `User-Agent`. */
  readonly client: string;
  /** What a fault rule did to the answer. */
  readonly fault?: string;
  /** How its token came: `hit`, `refreshed`, `coalesced`, `minted` or `failed`. */
  readonly cache?: string;
}

export interface JournalRecord {
  readonly entry: JournalEntry;
  readonly sent: Sent;
}

export const maxEntries = 1_000;
const maxText = 2_000;
const maxMethod = 100;
/** Characters of headers and bodies together; beyond them the oldest are forgotten, their entries stay. */
export const maxSize = 8 * 1024 * 1024;

type Listener = (entry: JournalEntry) => void;

export class Journal {
  readonly #listeners = new Set<Listener>();
  readonly #keeps: boolean;
  #records: JournalRecord[] = [];
  /** Sizes of what was sent, of the newest records alone: those of the others are forgotten. */
  #sizes: number[] = [];
  #size = 0;
  #last = 0;

  /** `keeps`: whether entries are kept; listeners are told in any case. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** Whether anybody wants entries: making one costs time. */
  get wanted(): boolean {
    return this.#keeps || this.#listeners.size > 0;
  }

  add(given: Omit<JournalEntry, "id">, sent: Sent = nothing): void {
    const path = clip(withoutTokens(given.path), maxText);
    const client = redact(clip(given.client, maxText));
    const entry = { id: ++this.#last, ...given, method: clip(given.method, maxMethod), path, client };
    for (const listener of this.#listeners) listener(entry);
    if (!this.#keeps) return;
    this.#records.push({ entry, sent: this.#makeRoom(fitting(sent)) });
    if (this.#records.length > maxEntries) this.#records.shift();
  }

  /** Forgets what was sent with the oldest entries until `sent` has room. */
  #makeRoom(sent: Sent): Sent {
    this.#sizes.push(sizeOf(sent));
    this.#size += this.#sizes.at(-1) ?? 0;
    while (this.#size > maxSize || this.#sizes.length > maxEntries) {
      // The record that is being added has no place among the others yet.
      const oldest = this.#records.length + 1 - this.#sizes.length;
      this.#size -= this.#sizes.shift() ?? 0;
      const record = this.#records[oldest];
      if (record === undefined) return forgotten;
      this.#records[oldest] = { ...record, sent: forgotten };
    }
    return sent;
  }

  /** Returns the entries, oldest first. */
  entries(): readonly JournalEntry[] {
    return this.#records.map(({ entry }) => entry);
  }

  /** Returns the requests after the one with this id, oldest first, with what was sent. */
  since(id: number): readonly JournalRecord[] {
    return this.#records.slice(Math.max(0, this.#records.length - Math.max(0, this.#last - id)));
  }

  clear(): void {
    this.#records = [];
    this.#sizes = [];
    this.#size = 0;
  }

  /** Tells `listener` of every request from now on; the returned function ends that. It must not throw. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Returns a request's target without the tokens in its query, however their names are escaped. */
export function withoutTokens(target: string): string {
  const struck = target.replace(/([?&][^=&]*=)[^&]*/g, (pair, name: string) =>
    /(?:access|id)_token=$/i.test(unescaped(name)) ? `${name}[redacted]` : pair,
  );
  return redact(struck);
}

function unescaped(text: string): string {
  return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
