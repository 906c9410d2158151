/**
 * The words that every part of token minting shares: what is asked for, what comes back, what can go wrong.
 * Sources make tokens, the cache holds them, handlers put them on the wire; none knows another.
 *
 * @module
 */
import type { Platform } from "../platform.ts";
import type { LocalIssuer } from "./local-issuer.ts";

/** A token and its life. */
export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** When the cache received it, milliseconds since the epoch: a clock set back must not lengthen its life. */
  readonly mintedAt?: number;
  /** A token that no call can renew (a static value): it is served until it expires and never refreshed. */
  readonly fixed?: boolean;
}

/** An access token that is wanted. */
export interface AccessTokenRequest {
  /** Sorted, without duplicates. Never empty: the account's own scopes stand in. */
  readonly scopes: readonly string[];
  /** Wanted lifetime in seconds. Default: the source's own, 3600. Sources that cannot shorten ignore it. */
  readonly lifetime?: number;
}

/** An ID token that is wanted, as `identity?audience=&format=&licenses=` asks. */
export interface IdTokenRequest {
  readonly audience: string;
  readonly format: "standard" | "full";
  readonly licenses: boolean;
}

/** A way of getting tokens. Implementations keep no cache: the cache wraps every source. */
export interface TokenSource {
  /** Whose tokens these are, where the credential says so (`client_email`, the impersonation target). */
  readonly email?: string;
  /** The project that the credential names, e.g. `project_id` of a key file. */
  readonly projectId?: string;
  /** `universe_domain` of the credential file, when it has one. */
  readonly universeDomain?: string;
  /** `quota_project_id` of the credential file: the project that calls made with its tokens are billed to. */
  readonly quotaProject?: string;
  /** Its access tokens are the local issuer's: no base for anything at Google. */
  readonly local?: boolean;
  /** Its ID tokens of `format=full` tell of the machine; Google's APIs cannot make those (mds-behaviour.md 6.2). */
  readonly machineClaims?: boolean;
  /** Whether `lifetime` of a request is honoured. */
  readonly honoursLifetime?: boolean;
  /** Seconds that its access tokens live when nothing is asked. Default 3600. */
  readonly lifetime?: number;
  /** Absent: this source makes no access token; `accessTokenRefusal` says why. */
  readonly accessToken?: (request: AccessTokenRequest, signal: AbortSignal) => Promise<Token>;
  /** Absent: this source makes no ID token; `idTokenRefusal` says why. */
  readonly idToken?: (request: IdTokenRequest, signal: AbortSignal) => Promise<Token>;
  readonly accessTokenRefusal?: string;
  readonly idTokenRefusal?: string;
}

/** The links of a credential chain, in the order in which they are made. */
export type Step =
  | "credential"
  | "subject token"
  | "STS"
  | "token endpoint"
  | "impersonation"
  | "token broker"
  | "identity provider"
  | "local issuer";

/**
 * Why no token came out:
 * - `configuration`: the source itself is broken (a key that cannot be imported at run time); 500.
 * - `unsupported`: the source cannot make this kind of token; 404.
 * - `refused-request`: the request asks for what this account may not give (scope, audience); `status` 400 or 403.
 * - `rejected`: the upstream said 4xx; `status` is the upstream's.
 * - `garbage`: the upstream said 2xx with something that is not a token; 500.
 * - `unavailable`: 5xx, reset, time-out, DNS, TLS; 503.
 */
export type TokenFailure = "configuration" | "unsupported" | "refused-request" | "rejected" | "garbage" | "unavailable";

/** A failure to make a token. The message names step, endpoint and the upstream's words; never a secret. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly failure: TokenFailure;
  readonly step: Step;
  /** Status of the upstream (`rejected`), or the one to answer (`refused-request`). */
  readonly status: number | undefined;
  /** What `Retry-After` of the upstream asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: TokenFailure,
    step: Step,
    message: string,
    options: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
    this.step = step;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Base URLs of Google's services after `CLOUDSDK_*` overrides; none ends in a slash. */
export interface Endpoints {
  /** `https://oauth2.googleapis.com/token` (a whole URL). */
  readonly oauthToken: string;
  /** `https://sts.googleapis.com` */
  readonly sts: string;
  /** `https://iamcredentials.googleapis.com` */
  readonly iamCredentials: string;
}

/** Claims that only the machine knows, for ID tokens of the local issuer (`google.compute_engine`). */
export interface InstanceClaims {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly projectId: string;
  readonly projectNumber: number;
  readonly zone: string;
  /** Seconds since the epoch. */
  readonly creationTimestamp: number;
  readonly licenseIds: readonly string[];
}

/** What a source is built from, beside its own configuration. */
export interface SourceDeps {
  readonly platform: Platform;
  readonly endpoints: Endpoints;
  /** Where the configuration came from, for messages: `credential file "sa.json"`, `accounts.ci.source`. */
  readonly origin: string;
  /** E-mail that the account has when its credential names none: as configured, else the preset's. */
  readonly accountEmail?: string;
  /** Issues the tokens of `{"type":"local"}`. */
  readonly localIssuer?: LocalIssuer;
  /** Builds a source from another configuration (a base credential, a file, another account by name). */
  create(config: unknown, origin: string): Promise<TokenSource>;
}
