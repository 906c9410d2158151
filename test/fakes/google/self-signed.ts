/**
 * Self-signed JWTs of service accounts (AIP-4111), which Google's APIs take in the place of an access token.
 *
 * @module
 */
import { decodeJwt, jwtVerify } from "jose";
import type { Directory } from "./directory.ts";
import type { IssuedToken } from "./issuer.ts";
import { demand } from "./request.ts";

/** Returns what a self-signed JWT with scopes stands for; `undefined` for other texts and for signatures of others. */
export async function selfSigned(token: string, directory: Directory, now: number): Promise<IssuedToken | undefined> {
  if (!token.startsWith("eyJ")) return undefined;
  const { iss } = decodeJwt(token);
  for (const [kid, { email, publicKey }] of directory.keys) {
    if (email !== iss) continue;
    const options = { algorithms: ["RS256"], currentDate: new Date(now) };
    const verified = await jwtVerify(token, publicKey, options).catch(() => undefined);
    if (verified === undefined) continue;
    const { payload, protectedHeader } = verified;
    demand(protectedHeader.kid === undefined || protectedHeader.kid === kid, `kid ${protectedHeader.kid}`);
    const { exp = 0, iat = 0, scope, sub } = payload;
    demand(sub === iss, `sub ${sub}`);
    demand(exp > iat && exp - iat <= 3600, `a lifetime of ${exp - iat} s`);
    demand(typeof scope === "string" && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(scope), "scope of a self-signed JWT");
    return { subject: email, scopes: scope.split(" "), expiresAt: exp * 1000 };
  }
  return undefined;
}
