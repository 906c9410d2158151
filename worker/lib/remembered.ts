/**
 * A pure function of a text that remembers its latest results: clients repeat the same few addresses, and looking one up
 * costs less than reading it again.
 *
 * @module
 */
import { Kept } from "./kept.ts";

/** Returns `make`, which is called again for a text only if it is long or new, or if the table was full and emptied since. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const kept = new Kept<T>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    kept.keep(text, made);
    return made;
  };
}
