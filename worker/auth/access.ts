/**
 * Cloudflare Access in front of the service: its edge adds an assertion to every request that it lets through
 * (https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/).
 *
 * @module
 */
import type { Platform } from "../platform.ts";
import { fetchJson } from "./fetch-json.ts";
import type { Identity } from "./identity.ts";
import { RemoteKeys } from "./keys.ts";
import { verifyToken } from "./token.ts";

/** The header that carries the assertion. */
export const accessHeader = "cf-access-jwt-assertion";

export interface AccessSettings {
  readonly certsUrl: string;
  readonly audience: string;
}

/** Builds the check of an assertion. */
export function createAccess(
  { audience, certsUrl }: AccessSettings,
  platform: Platform,
): (assertion: string) => Promise<Identity> {
  const issuer = new URL(certsUrl).origin;
  const keys = new RemoteKeys(platform.clock, () => fetchJson(platform, certsUrl));
  return async (assertion) => {
    const claims = await verifyToken(assertion, { issuer, audience, keys }, platform.clock);
    // A service token has no `sub` but a `common_name`, a person both `sub` and `email`.
    const subject = claims.sub || String(claims.common_name ?? claims.email ?? "");
    return { way: "access", name: "", client: `access:${subject}`, issuer, subject, claims };
  };
}
