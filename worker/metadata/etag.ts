/**
 * ETags as the real server writes them: 16 lower-case hex digits, unquoted, one for each node (mds-behaviour.md 3.4).
 * Not a cryptographic hash: it only has to change when the content does.
 *
 * @module
 */

/** Returns the ETag of `content` at `path`. Never `0000000000000000`: clients use `0` for "no ETag yet". */
export function etagOf(path: string, content: string): string {
  const low = mix(content, mix(path, 0x9e3779b9));
  const high = mix(path, mix(content, low ^ 0x85ebca6b));
  return `${hex(high === 0 && low === 0 ? 1 : high)}${hex(low)}`;
}

/** One pass of a 32-bit multiplicative hash over the UTF-16 code units of `text`. */
function mix(text: string, seed: number): number {
  let hash = seed ^ text.length;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
    hash = (hash << 13) | (hash >>> 19);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const hex = (word: number) => word.toString(16).padStart(8, "0");
