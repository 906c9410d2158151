/**
 * Who a client has shown to be, and the failure to do so. The reason is for the log and the audit alone: an answer that
 * depended on it would tell a stranger how far a forgery came.
 *
 * @module
 */

/** A client whose credential was verified. */
export interface Identity {
  readonly way: "secret" | "issuer" | "access";
  /** Name of the secret or of the issuer in the configuration; empty for Cloudflare Access. */
  readonly name: string;
  /** For audit and limits: the secret's name, or issuer and `sub`. */
  readonly client: string;
  /** `iss` and `sub` of a token. */
  readonly issuer?: string;
  readonly subject?: string;
  /** Claims of a token. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** No known client: nothing was presented, or it was not what it should be. The message never holds what was presented. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}
