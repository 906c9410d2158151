/**
 * A pure function of a text that remembers its latest results: clients repeat the same few addresses, and looking one up
 * costs less than reading it again.
 *
 * @module
 */

const maxKept = 1_000;
/** Longer texts are nobody's habit, and a thousand of them would take memory. */
const maxKeptLength = 1_024;

/** Returns `make`, which is called again for a text only if it is long or new, or if the table was full and emptied since. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length > maxKeptLength) return made;
    if (kept.size >= maxKept) kept.clear();
    kept.set(text, made);
    return made;
  };
}
