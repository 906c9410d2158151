/**
 * The known name that a mistyped one most likely meant.
 *
 * @module
 */
import { distance } from "fastest-levenshtein";

/** Returns the member of `known` that is closest to `word`, or `undefined` when none is close enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = fold(word);
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    const edits = distance(plain, fold(name));
    if (best === undefined || edits < best.edits) best = { name, edits };
  }
  if (best === undefined) return undefined;
  const { length } = fold(best.name);
  // Two letters that changed places are two edits, and names as short as `port` must allow them.
  return best.edits <= Math.max(Math.min(2, Math.floor(length / 2)), Math.floor(length / 2.5)) ? best.name : undefined;
}

/** Returns `, did you mean "x"?` without the question mark's guess when nothing is near: an empty string. */
export function suggestion(word: string, known: readonly string[]): string {
  const name = nearest(word, known);
  return name === undefined ? "" : `, did you mean "${name}"?`;
}

/** Case and separators are what people mistype most, so they do not count. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}
