/**
 * Workload and workforce identity federation (`"type": "external_account"`, AIP-4117): a foreign token is exchanged at
 * Google's STS, and the result is the token, or impersonates the account that the file names. Where the foreign token
 * comes from is left to `suppliers/`.
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { gather } from "../../lib/problems.ts";
import type { ClientCertificate, Platform } from "../../platform.ts";
import { applyOverride, assertEndpoint, endpointOf } from "../google/endpoints.ts";
import { type ExchangeRequest, exchangeSubjectToken } from "../google/sts.ts";
import { createSupplier, credentialSourceSchema } from "../suppliers/index.ts";
import type { SubjectTokenSupplier } from "../suppliers/types.ts";
import type { SourceDeps, Token, TokenSource } from "../types.ts";
import { defineSource } from "./define.ts";
import { impersonate, maxLifetime, splitImpersonationUrl } from "./impersonation.ts";

/** What the federated token is for when it only impersonates; the caller's scopes go to the second call. */
const impersonationScopes = ["https://www.googleapis.com/auth/cloud-platform"];

const workforceAudience = /^\/\/iam\.googleapis\.com\/locations\/[^/]+\/workforcePools\/[^/]+\/providers\/.+$/;

const text = v.pipe(v.string(), v.nonEmpty());

const schema = v.looseObject({
  type: v.literal("external_account"),
  audience: text,
  subject_token_type: text,
  credential_source: credentialSourceSchema,
  token_url: v.optional(text),
  token_info_url: v.optional(text),
  service_account_impersonation_url: v.optional(text),
  service_account_impersonation: v.optional(
    v.looseObject({
      token_lifetime_seconds: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(1),
          v.maxValue(maxLifetime, `must be at most ${maxLifetime} seconds`),
        ),
      ),
    }),
  ),
  client_id: v.optional(text),
  client_secret: v.optional(v.string()),
  quota_project_id: v.optional(v.string()),
  workforce_pool_user_project: v.optional(text),
  universe_domain: v.optional(text),
});

type Config = v.InferOutput<typeof schema>;

/** Google's file. Without impersonation URL it makes access tokens of the federated identity itself, and no ID tokens. */
export const externalAccount = defineSource({
  schema,
  async create(config, deps): Promise<TokenSource> {
    const [url, target, supplier] = await gather(
      () => tokenUrl(config, deps),
      () => impersonationTarget(config, deps),
      () => supplierOf(config, deps),
      () => assertTokenInfo(config, deps),
      () => assertWorkforce(config, deps.origin),
    );
    const federation = new Federation(config, url, supplier, deps.platform);
    const direct: TokenSource = {
      ...(config.universe_domain === undefined ? {} : { universeDomain: config.universe_domain }),
      ...(config.quota_project_id === undefined ? {} : { quotaProject: config.quota_project_id }),
      accessToken: ({ scopes }, signal) => federation.exchange(scopes, signal),
      idTokenRefusal:
        "a federated identity has no ID tokens; impersonate a service account, by service_account_impersonation_url or --service-account-email",
    };
    if (target === undefined) return direct;
    const base: TokenSource = {
      ...direct,
      accessToken: (_, signal) => federation.exchange(impersonationScopes, signal),
    };
    const lifetime = config.service_account_impersonation?.token_lifetime_seconds;
    return impersonate({ ...target, base, delegates: [], lifetime }, { ...deps, platform: federation.platform() });
  },
});

/** The exchange, and the certificate that the federated token is bound to. */
class Federation {
  readonly #request: Omit<ExchangeRequest, "scopes" | "subjectToken">;
  readonly #supplier: SubjectTokenSupplier;
  readonly #platform: Platform;
  #certificate: ClientCertificate | undefined;

  constructor(config: Config, url: string, supplier: SubjectTokenSupplier, platform: Platform) {
    const { audience, client_id: id, client_secret: secret = "", workforce_pool_user_project: userProject } = config;
    const client = id === undefined ? undefined : { id, secret };
    this.#request = { url, audience, subjectTokenType: config.subject_token_type, client, userProject };
    this.#supplier = supplier;
    this.#platform = platform;
  }

  /** Fetches a subject token and exchanges it for a federated one. */
  async exchange(scopes: readonly string[], signal: AbortSignal): Promise<Token> {
    const { value, certificate } = await this.#supplier.token(signal);
    const token = await exchangeSubjectToken(
      this.#platform,
      { ...this.#request, scopes, subjectToken: value, certificate },
      signal,
    );
    this.#certificate = certificate;
    return token;
  }

  /** A platform whose calls over TLS show the latest federated token's certificate: X.509 federation demands it of IAM too. */
  platform(): Platform {
    const { fetchWithCertificate } = this.#platform;
    if (this.#supplier.kind !== "certificate" || fetchWithCertificate === undefined) return this.#platform;
    const fetch: Platform["fetch"] = (url, init = {}) => {
      const certificate = url.startsWith("https:") ? this.#certificate : undefined;
      return certificate === undefined ? this.#platform.fetch(url, init) : fetchWithCertificate(url, init, certificate);
    };
    return { ...this.#platform, fetch };
  }
}

/** Where to exchange: the file's URL, checked, or the universe's own STS (its mTLS host for certificates). */
function tokenUrl(config: Config, deps: SourceDeps): string {
  const { credential_source, token_url, universe_domain } = config;
  const mtls = Object.hasOwn(Object(credential_source), "certificate");
  const endpoint = { url: token_url, field: "token_url", path: "/v1/token", universe: universe_domain, mtls };
  return endpointOf("sts", endpoint, deps);
}

function supplierOf(config: Config, { origin, platform }: SourceDeps): SubjectTokenSupplier {
  const { audience, service_account_impersonation_url: url = "" } = config;
  const email = splitImpersonationUrl(url)?.target;
  return createSupplier(config.credential_source, {
    ...{ platform, origin, audience },
    subjectTokenType: config.subject_token_type,
    ...(email === undefined ? {} : { impersonatedEmail: email }),
  });
}

function assertTokenInfo({ token_info_url: url }: Config, { origin, platform }: SourceDeps): void {
  if (url !== undefined) assertEndpoint(url, origin, "token_info_url", platform.env);
}

function impersonationTarget(
  config: Config,
  { endpoints, origin, platform }: SourceDeps,
): ReturnType<typeof splitImpersonationUrl> {
  const { service_account_impersonation_url: url } = config;
  if (url === undefined) return undefined;
  const field = "service_account_impersonation_url";
  assertEndpoint(url, origin, field, platform.env);
  const parts = splitImpersonationUrl(applyOverride(url, "iamCredentials", endpoints));
  if (parts === undefined) throw wrong(origin, `${field}: must end in /serviceAccounts/EMAIL:generateAccessToken`);
  return parts;
}

/** Google's libraries refuse this too: the project would be ignored, and the quota charged elsewhere. */
function assertWorkforce({ audience, workforce_pool_user_project: project }: Config, origin: string): void {
  if (project === undefined || workforceAudience.test(audience)) return;
  throw wrong(origin, 'workforce_pool_user_project: only for workforce pools; the "audience" is of another kind');
}

function wrong(origin: string, message: string): ConfigurationError {
  return new ConfigurationError([{ at: `Cannot use ${origin}`, message }]);
}
