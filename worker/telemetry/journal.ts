/**
 * The last requests, for whoever asks what a program did. Nothing secret gets in: tokens in queries are struck out, and
 * bodies are not kept.
 *
 * @module
 */

export interface JournalEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** What the client calls itself, by `x-goog-api-client` or `User-Agent`. */
  readonly client: string;
  /** Whether a fault rule had its hand in the answer. */
  readonly fault: boolean;
}

const maxEntries = 1_000;
const maxText = 2_000;

export class Journal {
  #entries: JournalEntry[] = [];
  #kept = false;

  /** Whether requests are kept at all. */
  get kept(): boolean {
    return this.#kept;
  }

  /** Begins to keep requests. */
  keep(): void {
    this.#kept = true;
  }

  add(entry: JournalEntry): void {
    this.#entries.push({ ...entry, path: redacted(entry.path).slice(0, maxText), client: entry.client.slice(0, maxText) });
    if (this.#entries.length > 2 * maxEntries) this.#entries = this.#entries.slice(-maxEntries);
  }

  /** Returns the entries, oldest first. */
  entries(): readonly JournalEntry[] {
    return this.#entries.slice(-maxEntries);
  }

  clear(): void {
    this.#entries = [];
  }
}

function redacted(target: string): string {
  return target.replace(/([?&](?:access_token|id_token)=)[^&]*/gi, "$1[redacted]");
}
