/**
 * The two spellings of a key: `external-ip` in paths and text, `externalIp` in JSON (mds-behaviour.md 4). The two
 * functions are inverse to each other for every key that has no `-` before a lower-case letter in JSON and no upper-case
 * letter in a path; digits never change (`ipv6s`, `gateway-ipv6` ↔ `gatewayIpv6`).
 *
 * @module
 */

/** Returns the path spelling: `externalIp` → `external-ip`. A key that is kebab already stays as it is. */
export function toKebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Returns the JSON spelling: `external-ip` → `externalIp`. */
export function toCamel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Orders names by code unit, which is byte order for the ASCII names that real servers have. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether a key can stand in a path: not empty, no slash, no control character, no dot segment. Half a pair of surrogates
 * would not survive the way through a URL.
 */
export function isName(key: string): boolean {
  return key.length <= 1024 && name.test(key) && !/^\.{1,2}$/.test(key);
}

// A regular expression and no loop: a loop over every name of the tree would be compiled at the start, which takes 4 MiB.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const name = /^[^\0-\x1f\x7f/\ud800-\udfff]+$/u;

/** Returns `name` as it stands in a request path: what WHATWG URL writes, everything else literal. */
export function toSegment(name: string): string {
  return encodeURIComponent(name).replace(/%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}

/**
 * Returns the name that a path segment means. No escape is decoded but those that a URL cannot do without (a space, a
 * letter beyond ASCII): `%40` is not `@` on the real server (mds-behaviour.md 1.7), and `%2f`, `%00`, `;` match nothing.
 */
export function fromSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    const name = decodeURIComponent(segment);
    return isName(name) && toSegment(name).toLowerCase() === segment.toLowerCase() ? name : segment;
  } catch {
    return segment;
  }
}
