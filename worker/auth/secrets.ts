/**
 * Bearer secrets. The configuration holds their hashes, so that whoever reads it has none of them; comparing takes as long
 * for a wrong one as for a right one.
 *
 * @module
 */
import type { Identity } from "./identity.ts";

/** Shorter ones can be guessed from the hash. */
export const minSecretLength = 32;

interface HashedSecret {
  readonly name: string;
  readonly sha256: string;
}

/** Builds the check: returns whose secret was presented, if anybody's. */
export function createSecrets(secrets: readonly HashedSecret[]): (presented: string) => Promise<Identity | undefined> {
  const known = secrets.map(({ name, sha256 }) => ({ name, hash: bytesOf(sha256) }));
  return async (presented) => {
    // Header values are bytes, and every runtime shows each byte as one character.
    const bytes = Uint8Array.from(presented, (character) => character.charCodeAt(0));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    let found: string | undefined;
    for (const secret of known) if (isSame(hash, secret.hash)) found ??= secret.name;
    if (found === undefined || presented.length < minSecretLength) return undefined;
    return { way: "secret", name: found, client: found, claims: {} };
  };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Looks at every byte, so that the time taken tells nothing. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
