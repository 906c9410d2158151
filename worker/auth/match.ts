/**
 * Which rule is for a client: the first one whose way to authenticate is its own and whose claims its token carries.
 *
 * @module
 */
import type { ClientSettings } from "../config/settings.ts";
import { isObject, type Json } from "../lib/json.ts";
import { matchesGlob } from "./glob.ts";
import type { Identity } from "./identity.ts";

/** A rule and the identity that it matched. */
export interface Match {
  readonly client: ClientSettings;
  readonly identity: Identity;
}

/** Returns the first rule that is for one of `identities`. */
export function findClient(clients: readonly ClientSettings[], identities: readonly Identity[]): Match | undefined {
  for (const client of clients) {
    const identity = identities.find((one) => isFor(client.match, one));
    if (identity !== undefined) return { client, identity };
  }
  return undefined;
}

function isFor(match: ClientSettings["match"], { claims, name, way }: Identity): boolean {
  if (way === "secret") return match.secret === name;
  if (way === "issuer" ? match.issuer !== name : match.access !== true) return false;
  return match.claims !== undefined && holds(match.claims, claims);
}

/** Whether a claim has what its pattern asks: a list of patterns is one of them, a list as claim one of its members. */
function holds(pattern: Json, claim: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((one) => holds(one, claim));
  if (isObject(pattern)) {
    return (
      isObject(claim) &&
      Object.entries(pattern).every(([name, one]) => Object.hasOwn(claim, name) && holds(one, claim[name]))
    );
  }
  if (Array.isArray(claim)) return claim.some((one) => typeof one !== "object" && holds(pattern, one));
  if (claim === undefined || claim === null || typeof claim === "object") return false;
  return typeof pattern === "string" ? matchesGlob(pattern, String(claim)) : pattern === claim;
}
