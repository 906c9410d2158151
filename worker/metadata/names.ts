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

/** Whether a key can stand in a path: not empty, no slash, no control character, no dot segment. */
export function isName(key: string): boolean {
  if (key === "" || key.length > 1024 || /^\.{1,2}$/.test(key)) return false;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    // Lone surrogates would not survive the way through a URL.
    if (code < 0x20 || code === 0x7f || code === 0x2f || (code >= 0xd800 && code <= 0xdfff && !isPair(key, i)))
      return false;
    if (code >= 0xd800 && code <= 0xdbff) i++;
  }
  return true;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

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
