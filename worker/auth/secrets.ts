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

/** Returns whose secret was presented, if anybody's. */
export async function matchSecret(presented: string, secrets: readonly HashedSecret[]): Promise<Identity | undefined> {
  // Header values are bytes, and every runtime shows each byte as one character.
  const bytes = Uint8Array.from(presented, (character) => character.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  let found: string | undefined;
  for (const { name, sha256 } of secrets) if (isSame(hash, sha256.toLowerCase())) found ??= name;
  if (found === undefined || presented.length < minSecretLength) return undefined;
  return { way: "secret", name: found, client: found, claims: {} };
}

function isSame(hash: Uint8Array, hex: string): boolean {
  let difference = 0;
  for (let i = 0; i < hash.length; i++) difference |= (hash[i] ?? 0) ^ Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return difference === 0;
}
