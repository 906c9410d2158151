/**
 * Which rule is for a client: the first one whose way to authenticate is its own and whose claims its token carries.
 *
 * @module
 */
import type { ClientSettings } from "../config/settings.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
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
    const identity = identities.find((one) => mismatch(client.match, one) === undefined);
    if (identity !== undefined) return { client, identity };
  }
  return undefined;
}

/** Why a rule is not for an identity, in words for whoever wrote it; `undefined`: it is. */
export function mismatch(match: ClientSettings["match"], { claims, name, way }: Identity): string | undefined {
  if (way === "secret") return match.secret === name ? undefined : `it is not for the secret "${name}"`;
  if (way === "issuer" && match.issuer !== name) return `it is not for the issuer "${name}"`;
  if (way === "access" && match.access !== true) return "it is not for assertions of Cloudflare Access";
  if (match.claims === undefined) return "it names no claims";
  return claimMismatch(match.claims, claims, "");
}

/** The first claim that does not have what its pattern asks. */
function claimMismatch(pattern: JsonObject, claims: object, parent: string): string | undefined {
  for (const [name, wanted] of Object.entries(pattern)) {
    const claim: unknown = Object.hasOwn(claims, name) ? (claims as Record<string, unknown>)[name] : undefined;
    const path = parent === "" ? name : `${parent}.${name}`;
    if (claim === undefined) return `the claim "${path}" is missing`;
    if (isObject(wanted)) {
      const inner = isObject(claim) ? claimMismatch(wanted, claim, path) : `the claim "${path}" is no object`;
      if (inner !== undefined) return inner;
    } else if (!holds(wanted, claim)) {
      return `the claim "${path}" is ${JSON.stringify(claim)}, not ${JSON.stringify(wanted)}`;
    }
  }
  return undefined;
}

/** Whether a claim has what its pattern asks: a list of patterns is one of them, a list as claim one of its members. */
function holds(pattern: Json, claim: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((one) => holds(one, claim));
  if (Array.isArray(claim)) return claim.some((one) => typeof one !== "object" && holds(pattern, one));
  if (claim === undefined || claim === null || typeof claim === "object") return false;
  return typeof pattern === "string" ? matchesGlob(pattern, String(claim)) : pattern === claim;
}
