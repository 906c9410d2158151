/**
 * The last requests, for whoever asks what a program did, and a stream of them for whoever watches. Nothing secret gets
 * in: tokens in queries are struck out, headers and bodies are not kept.
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

const maxEntries = 1_000;
const maxText = 2_000;

type Listener = (entry: JournalEntry) => void;

export class Journal {
  readonly #listeners = new Set<Listener>();
  readonly #keeps: boolean;
  #entries: JournalEntry[] = [];
  #last = 0;

  /** `keeps`: whether entries are kept; listeners are told in any case. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** Whether anybody wants entries: making one costs time. */
  get wanted(): boolean {
    return this.#keeps || this.#listeners.size > 0;
  }

  add(given: Omit<JournalEntry, "id">): void {
    const path = withoutTokens(given.path).slice(0, maxText);
    const entry = { id: ++this.#last, ...given, path, client: redact(given.client.slice(0, maxText)) };
    for (const listener of this.#listeners) listener(entry);
    if (!this.#keeps) return;
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * maxEntries) this.#entries = this.#entries.slice(-maxEntries);
  }

  /** Returns the entries, oldest first. */
  entries(): readonly JournalEntry[] {
    return this.#entries.slice(-maxEntries);
  }

  clear(): void {
    this.#entries = [];
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
