/**
 * The last requests, for whoever asks what a program did, and a stream of them for whoever watches. Nothing secret is in
 * an entry: tokens in queries are struck out. Headers and bodies are kept beside it, for the inspector alone.
 *
 * @module
 */
import { redact } from "./log.ts";

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

/** The answer of a request; its body may hold secrets. */
export interface SentAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What came and went on the wire. Secrets are in it: only the inspector reads it, and strikes them out. */
export interface Sent {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly answer: SentAnswer;
}

export interface JournalRecord {
  readonly entry: JournalEntry;
  readonly sent: Sent;
}

const nothing: Sent = { headers: [], answer: { headers: {}, body: "" } };

const maxEntries = 1_000;
const maxText = 2_000;

type Listener = (entry: JournalEntry) => void;

export class Journal {
  readonly #listeners = new Set<Listener>();
  readonly #keeps: boolean;
  #records: JournalRecord[] = [];
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
    const path = withoutTokens(given.path).slice(0, maxText);
    const entry = { id: ++this.#last, ...given, path, client: redact(given.client.slice(0, maxText)) };
    for (const listener of this.#listeners) listener(entry);
    if (!this.#keeps) return;
    this.#records.push({ entry, sent });
    if (this.#records.length >= 2 * maxEntries) this.#records = this.#records.slice(-maxEntries);
  }

  /** Returns the entries, oldest first. */
  entries(): readonly JournalEntry[] {
    return this.#records.slice(-maxEntries).map(({ entry }) => entry);
  }

  /** Returns the requests after the one with this id, oldest first, with what was sent. */
  since(id: number): readonly JournalRecord[] {
    const kept = this.#records.slice(-maxEntries);
    return kept.slice(Math.max(0, kept.length - Math.max(0, this.#last - id)));
  }

  clear(): void {
    this.#records = [];
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
