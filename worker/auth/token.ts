/**
 * Verifies a JWT of an identity provider: signature by one of its keys, algorithm, issuer, audience, time. By jose; what
 * is added here is that a token without end is not accepted, and one that has ended not a second longer.
 *
 * @module
 */
import type { JWTPayload } from "jose";
import { jwtVerify } from "jose/jwt/verify";
import type { Clock } from "../platform.ts";
import { Unauthenticated } from "./identity.ts";
import type { RemoteKeys } from "./keys.ts";

/** Asymmetric ones only: with HS256 the public key would be the secret. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** For `nbf`: clocks differ. Seconds. */
const clockTolerance = 10;

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: RemoteKeys;
}

/** Returns the claims. Rejects with `Unauthenticated`; the reason does not quote the token. */
export async function verifyToken(
  token: string,
  { audience, issuer, keys }: Expected,
  clock: Clock,
): Promise<JWTPayload> {
  const options = {
    algorithms,
    issuer,
    audience,
    clockTolerance,
    requiredClaims: ["exp"],
    currentDate: new Date(clock.now()),
  };
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(token, keys.find, options));
  } catch (error) {
    if (error instanceof Unauthenticated) throw error;
    throw new Unauthenticated(error instanceof Error ? error.message : String(error));
  }
  if ((payload.exp ?? 0) * 1000 <= clock.now()) throw new Unauthenticated('"exp" claim timestamp check failed');
  return payload;
}
