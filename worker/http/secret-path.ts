/**
 * Capability mode: the server is there only below `/s/SECRET`, and whoever has not been told the secret sees nothing of
 * it. It keeps tokens from other users and programs of the machine, as far as a client library lets a path into
 * `GCE_METADATA_HOST`.
 *
 * @module
 */
import type { Call } from "./call.ts";
import type { Answer, Reply } from "./reply.ts";

/** What a secret is prefixed with in a path. */
export const secretPrefix = (secret: string | undefined): string => (secret === undefined ? "" : `/s/${secret}`);

/** No header of the real server, no words: any server might have answered. Bytes, as a text would be given a type. */
export const nothing: Reply = { status: 404, headers: { "Content-Length": "0" }, body: new Uint8Array(0) };

/** Puts `handle` behind a secret; without one it stays as it is. */
export function behindSecret(secret: string | undefined, handle: (call: Call) => Answer): (call: Call) => Answer {
  if (secret === undefined) return handle;
  const prefix = secretPrefix(secret);
  return (call) => (isBelow(call.path, prefix) ? handle(call.below(prefix)) : nothing);
}

/** Looks at every character, so that the time taken tells nothing of the secret. */
function isBelow(path: string, prefix: string): boolean {
  let difference = path.length === prefix.length ? 0 : path.charCodeAt(prefix.length) ^ slash;
  for (let i = 0; i < prefix.length; i++) difference |= path.charCodeAt(i) ^ prefix.charCodeAt(i);
  return difference === 0 && path.length >= prefix.length;
}

const slash = "/".charCodeAt(0);
