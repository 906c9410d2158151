/**
 * RSA keys for tests. Making one takes a tenth of a second, so a process makes each only once: the first account of
 * every fake has the same key, the second another one.
 *
 * @module
 */
import { generateKeyPair } from "jose";

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const pairs = new Map<number | "issuer", Promise<KeyPair>>();

/** Returns the key with this number, or that of the issuer of ID tokens. 2048 bits, RS256, extractable. */
export function rsaKey(which: number | "issuer"): Promise<KeyPair> {
  const known = pairs.get(which) ?? generateKeyPair("RS256", { extractable: true });
  pairs.set(which, known);
  return known;
}
