/**
 * Google without Google: ID tokens that anyone can verify against this server's own JWKS, and access tokens that its
 * `tokeninfo` recognises (interface.md "Local issuer"; claims as mds-behaviour.md 6.2). The RSA key is made when it is
 * first needed, so that starting costs nothing.
 *
 * @module
 */
import type { JWK, JWTPayload } from "jose";
import { SignJWT } from "jose/jwt/sign";
import { importJWK } from "jose/key/import";
import type { Clock } from "../platform.ts";
import { KeyRing, type KeyRingOptions } from "./issuer-keys.ts";
import type { AccessTokenRequest, IdTokenRequest, InstanceClaims, Token } from "./types.ts";

export type { IssuerKeys } from "./issuer-keys.ts";

/** Marks an access token of the local issuer: nobody shall take it for one of Google's. */
export const accessTokenPrefix = "ya29.emulator.";

const lifetimeSeconds = 3600;

export interface LocalIssuerOptions extends KeyRingOptions {
  readonly clock: Clock;
  /** `iss`. */
  readonly issuer: string;
  /** What the machine says of itself in `format=full`. */
  readonly claims: () => InstanceClaims;
}

export class LocalIssuer {
  readonly #options: LocalIssuerOptions;
  readonly #keys: KeyRing;

  constructor(options: LocalIssuerOptions) {
    this.#options = options;
    this.#keys = new KeyRing(options);
  }

  /** Returns an access token: opaque to clients, self-contained for `tokenInfo`. */
  async accessToken(email: string, { scopes, lifetime = lifetimeSeconds }: AccessTokenRequest): Promise<Token> {
    const secret = await this.#keys.secret();
    const issued = this.#seconds();
    const expires = issued + lifetime;
    const claims = {
      email,
      scope: scopes.join(" "),
      azp: subjectOf(email),
      iat: issued,
      exp: expires,
      jti: crypto.randomUUID(),
    };
    const jwt = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
    return { value: accessTokenPrefix + jwt, expiresAt: expires * 1000 };
  }

  /** Returns an ID token with Google's claims: RS256, `kid`, one hour. */
  async idToken(email: string, { audience, format, licenses }: IdTokenRequest): Promise<Token> {
    const { kid, privateKey } = await this.#keys.signing();
    const issued = this.#seconds();
    const subject = subjectOf(email);
    const claims: JWTPayload = { aud: audience, azp: subject };
    if (format === "full")
      Object.assign(claims, { email, email_verified: true, google: { compute_engine: this.#machine(licenses) } });
    Object.assign(claims, { iss: this.#options.issuer, sub: subject, iat: issued, exp: issued + lifetimeSeconds });
    const value = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid, typ: "JWT" }).sign(privateKey);
    return { value, expiresAt: (issued + lifetimeSeconds) * 1000 };
  }

  /** The public keys, as a JWK set. */
  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: [(await this.#keys.signing()).publicJwk] };
  }

  /** The discovery document of an issuer whose documents stand below `base`. */
  discovery(base: string): Record<string, unknown> {
    return {
      issuer: this.#options.issuer,
      jwks_uri: `${base}/jwks`,
      tokeninfo_endpoint: `${base}/tokeninfo`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "email"],
      claims_supported: ["aud", "azp", "email", "email_verified", "exp", "google", "iat", "iss", "sub"],
    };
  }

  /** What Google's `tokeninfo` says of a token of this issuer; `undefined` for every other text. */
  async tokenInfo(query: {
    accessToken: string | null;
    idToken: string | null;
  }): Promise<Record<string, unknown> | undefined> {
    try {
      if (query.accessToken?.startsWith(accessTokenPrefix)) return await this.#accessTokenInfo(query.accessToken);
      if (query.idToken !== null) return await this.#idTokenInfo(query.idToken);
      return undefined;
    } catch {
      return undefined;
    }
  }

  async #accessTokenInfo(token: string): Promise<Record<string, unknown>> {
    const { jwtVerify } = await import("jose/jwt/verify");
    const { payload } = await jwtVerify(token.slice(accessTokenPrefix.length), await this.#keys.secret(), {
      currentDate: this.#date(),
      algorithms: ["HS256"],
    });
    const { azp, email, exp = 0, scope } = payload;
    return {
      azp,
      aud: azp,
      scope,
      exp: String(exp),
      expires_in: String(exp - this.#seconds()),
      email,
      email_verified: "true",
      access_type: "online",
    };
  }

  async #idTokenInfo(token: string): Promise<Record<string, unknown>> {
    const { publicJwk } = await this.#keys.signing();
    const options = { currentDate: this.#date(), algorithms: ["RS256"], issuer: this.#options.issuer };
    const { jwtVerify } = await import("jose/jwt/verify");
    const { payload, protectedHeader } = await jwtVerify(token, await importJWK(publicJwk, "RS256"), options);
    const texts = Object.entries(payload).map(([key, value]) => [
      key,
      typeof value === "object" ? value : String(value),
    ]);
    return {
      ...Object.fromEntries(texts),
      alg: protectedHeader.alg,
      kid: protectedHeader.kid,
      typ: protectedHeader.typ,
    };
  }

  #machine(licenses: boolean): Record<string, unknown> {
    const { creationTimestamp, instanceId, instanceName, licenseIds, projectId, projectNumber, zone } =
      this.#options.claims();
    return {
      instance_creation_timestamp: creationTimestamp,
      instance_id: instanceId,
      instance_name: instanceName,
      ...(licenses ? { license_id: licenseIds } : {}),
      project_id: projectId,
      project_number: projectNumber,
      zone,
    };
  }

  #seconds(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }

  #date(): Date {
    return new Date(this.#options.clock.now());
  }
}

/** A stable 21-digit account id for an e-mail, like the numeric ids of Google's accounts. */
export function subjectOf(email: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < email.length; i++)
    hash = ((hash ^ BigInt(email.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return `1${hash.toString().padStart(20, "0")}`;
}
