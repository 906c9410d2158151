/**
 * The fake's own keys and tokens: opaque access tokens that it remembers, RS256 ID tokens with its JWKS.
 *
 * @module
 */
import { exportJWK, type JSONWebKeySet, SignJWT } from "jose";
import { rsaKey } from "./keys.ts";

export interface IssuedToken {
  /** E-mail or principal. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export const tokenLifetimeSeconds = 3599;

export class FakeIssuer {
  readonly #now: () => number;
  readonly #kid = "fake-google-1";
  #count = 0;
  /** Every access token that was issued. */
  readonly issued = new Map<string, IssuedToken>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Issues an opaque access token. It looks like Google's. */
  accessToken(subject: string, scopes: readonly string[], lifetimeSeconds = tokenLifetimeSeconds): string {
    this.#count++;
    const token = `ya29.c.fake-${this.#count}-${crypto.randomUUID()}${crypto.randomUUID()}`;
    this.issued.set(token, { subject, scopes, expiresAt: this.#now() + lifetimeSeconds * 1000 });
    return token;
  }

  /** Issues an ID token of one hour. `email` appears only where given. */
  async idToken(subject: { sub: string; azp: string; email?: string }, audience: string): Promise<string> {
    const { privateKey } = await rsaKey("issuer");
    const issued = Math.floor(this.#now() / 1000);
    const { azp, email, sub } = subject;
    return new SignJWT({ azp, ...(email === undefined ? {} : { email, email_verified: true }) })
      .setProtectedHeader({ alg: "RS256", kid: this.#kid, typ: "JWT" })
      .setIssuer("https://accounts.google.com")
      .setSubject(sub)
      .setAudience(audience)
      .setIssuedAt(issued)
      .setExpirationTime(issued + 3600)
      .sign(privateKey);
  }

  async jwks(): Promise<JSONWebKeySet> {
    const { publicKey } = await rsaKey("issuer");
    return { keys: [{ ...(await exportJWK(publicKey)), kid: this.#kid, alg: "RS256", use: "sig" }] };
  }
}

/** The numeric id that Google gives an account; made of its name, so that it stays. */
export function uniqueId(email: string): string {
  let hash = 7n;
  for (const character of email) hash = (hash * 31n + BigInt(character.charCodeAt(0))) % 10n ** 20n;
  return `1${hash.toString().padStart(20, "0")}`;
}
