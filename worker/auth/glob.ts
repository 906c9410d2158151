/**
 * Patterns of rules: `*` is any run of characters without `/` and newline, everything else stands for itself, and the
 * whole text must match. Without regular expressions: the text comes from strangers, and its cost must stay linear.
 *
 * @module
 */

/** Whether `text` matches `pattern`. */
export function matchesGlob(pattern: string, text: string): boolean {
  // No star crosses a separator, so the two texts have the same ones, and each part is matched for itself.
  const parts = pattern.split(separator);
  const texts = text.split(separator);
  return parts.length === texts.length && parts.every((part, index) => matchesPart(part, texts[index] ?? ""));
}

const separator = /([/\n])/;

function matchesPart(pattern: string, text: string): boolean {
  const [first = "", ...pieces] = pattern.split("*");
  const last = pieces.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
