/**
 * OIDC tokens of the workload itself: GitHub Actions, GitLab, a Kubernetes service account, any issuer with discovery or
 * a known key set (https://openid.net/specs/openid-connect-discovery-1_0.html).
 *
 * @module
 */
import { decodeJwt } from "jose/jwt/decode";
import type { JsonObject } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import { addressProblem } from "../tokens/google/endpoints.ts";
import { fetchJson } from "./fetch-json.ts";
import { type Identity, Unauthenticated } from "./identity.ts";
import { RemoteKeys } from "./keys.ts";
import { verifyToken } from "./token.ts";

export interface IssuerSettings {
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri?: string | undefined;
}

/** Builds the check of a token: returns who it is; rejects with `Unauthenticated`. */
export function createIssuers(
  issuers: readonly IssuerSettings[],
  platform: Platform,
): (token: string) => Promise<Identity> {
  const shared = new Map<string, RemoteKeys>();
  const keysFor = (settings: IssuerSettings): RemoteKeys => {
    const key = `${settings.issuer} ${settings.jwksUri ?? ""}`;
    const keys = shared.get(key) ?? new RemoteKeys(platform.clock, keysOf(settings, platform));
    shared.set(key, keys);
    return keys;
  };
  const known = issuers.map((settings) => ({ ...settings, keys: keysFor(settings) }));
  return async (token) => {
    const issuer = issuerOf(token);
    // Two entries may share an issuer, and then its keys, and differ in the audience.
    const candidates = known.filter((one) => one.issuer === issuer);
    let failure = new Unauthenticated("the token is of no configured issuer");
    for (const expected of candidates) {
      try {
        const claims = await verifyToken(token, expected, platform.clock);
        const subject = claims.sub ?? "";
        return { way: "issuer", name: expected.name, client: `${expected.name}:${subject}`, issuer, subject, claims };
      } catch (error) {
        if (!(error instanceof Unauthenticated)) throw error;
        failure = error;
      }
    }
    throw failure;
  };
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? "";
  } catch {
    throw new Unauthenticated("neither a known secret nor a well-formed JWT");
  }
}

/** Where the keys are: as configured, or as the issuer's own document says, asked again when they are not there. */
function keysOf({ issuer, jwksUri }: IssuerSettings, platform: Platform): () => Promise<JsonObject> {
  if (jwksUri !== undefined) return () => fetchJson(platform, jwksUri);
  let found: string | undefined;
  return async () => {
    const url = found ?? (await discover(issuer, platform));
    found = undefined;
    const keys = await fetchJson(platform, url);
    found = url;
    return keys;
  };
}

async function discover(issuer: string, platform: Platform): Promise<string> {
  const document = await fetchJson(platform, `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (document.issuer !== issuer) throw new Error("its discovery document names another issuer");
  const { jwks_uri } = document;
  if (typeof jwks_uri !== "string" || addressProblem(jwks_uri) !== undefined)
    throw new Error('its discovery document has no usable "jwks_uri"');
  return jwks_uri;
}
