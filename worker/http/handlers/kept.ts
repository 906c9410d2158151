/**
 * What was found out for a target, kept because clients repeat the same few. Bounded in number and size: whoever varies a
 * query without end, over a tree that is large, fills no memory.
 *
 * @module
 */

export const maxTargets = 1_000;
/** Longer targets are nobody's habit, and a thousand of them would take memory. */
const maxTargetLength = 1_024;
/** What the answers that are kept hold together, in characters. */
export const maxKeptSize = 16 * 1024 * 1024;

export class Kept<Value> {
  readonly #held = new Map<string, Value>();
  #size = 0;

  get(target: string): Value | undefined {
    return this.#held.get(target);
  }

  /** Keeps `value`, which holds `size` characters; where there is no more room, everything goes before it. */
  keep(target: string, value: Value, size: number): void {
    if (target.length > maxTargetLength || size > maxKeptSize) return;
    if (this.#held.size >= maxTargets || this.#size + size > maxKeptSize) this.clear();
    this.#held.set(target, value);
    this.#size += size;
  }

  clear(): void {
    this.#held.clear();
    this.#size = 0;
  }
}
