/**
 * What was found out for a text, kept because clients repeat the same few. Bounded in number and size: whoever varies a
 * query without end, over a tree that is large, fills no memory.
 *
 * @module
 */

/** Texts for which something is kept. */
export const maxKept = 1_000;
/** Longer texts are nobody's habit, and a thousand of them would take memory. */
const maxKeptLength = 1_024;
/** What is kept may hold so many characters together. */
export const maxKeptSize = 16 * 1024 * 1024;

export class Kept<Value> {
  readonly #held = new Map<string, Value>();
  #size = 0;

  get(text: string): Value | undefined {
    return this.#held.get(text);
  }

  /** Keeps `value`, which holds `size` characters; where there is no more room, everything goes before it. */
  keep(text: string, value: Value, size = 0): void {
    if (text.length > maxKeptLength || size > maxKeptSize) return;
    if (this.#held.size >= maxKept || this.#size + size > maxKeptSize) this.clear();
    this.#held.set(text, value);
    this.#size += size;
  }

  clear(): void {
    this.#held.clear();
    this.#size = 0;
  }
}
