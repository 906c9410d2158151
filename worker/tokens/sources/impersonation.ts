/**
 * Impersonation over any base source: the base's token, held while it lives, buys tokens of the target at the IAM
 * Credentials API. What the two configurations that lead here have in common.
 *
 * @module
 */
import { ConfigurationError } from "../../lib/errors.ts";
import { TokenCache } from "../cache.ts";
import { endpointOf } from "../google/endpoints.ts";
import { generateAccessToken, generateIdToken, type Impersonation } from "../google/iam-credentials.ts";
import { type SourceDeps, type Token, TokenError, type TokenSource } from "../types.ts";

/** What the base's own token is for. */
const baseScopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/iam"];

/** Longest lifetime that Google gives (with an organisation policy; without it one hour). Seconds. */
export const maxLifetime = 43_200;

export interface ImpersonationOptions {
  /** URL of the account at IAM Credentials without the verb, overrides applied. */
  readonly accountUrl: string;
  readonly target: string;
  readonly base: TokenSource;
  /** Bare e-mails or full names, first to last. */
  readonly delegates: readonly string[];
  /** Seconds. Default 3600. */
  readonly lifetime?: number | undefined;
}

/** Builds the source of the target's tokens. */
export function impersonate(options: ImpersonationOptions, deps: SourceDeps): TokenSource {
  const { accountUrl, base, target } = options;
  const { platform } = deps;
  const delegates = options.delegates.map(fullName);
  const mint = base.accessToken;
  if (mint === undefined) {
    throw unusable(deps, `its base credential makes no access token: ${base.accessTokenRefusal ?? "unknown reason"}`);
  }
  if (base.local === true) throw unusable(deps, "its base credential is the local issuer, whose tokens Google refuses");
  // Ten audiences at once shall not need ten tokens of the base. The target's own failures are remembered elsewhere;
  // links of a chain that each remember them as long would add up.
  const held = new TokenCache({ clock: platform.clock, longestPauseMs: 1_000 });
  const caller = { accountUrl, target, caller: base.email, quotaProject: base.quotaProject, delegates };
  const asCaller = async (use: (who: Impersonation) => Promise<Token>): Promise<Token> => {
    const started = platform.clock.now();
    const baseToken = () => held.get("base", (signal) => mint({ scopes: baseScopes }, signal));
    const { mintedAt = started, value } = await baseToken();
    try {
      return await use({ ...caller, token: value });
    } catch (error) {
      if (!(error instanceof TokenError) || error.status !== 401) throw error;
      // The base's token was revoked before its time: another one may do, unless this one has just come.
      held.clear();
      if (mintedAt >= started) throw error;
      return use({ ...caller, token: (await baseToken()).value });
    }
  };
  return {
    email: target,
    ...(base.projectId === undefined ? {} : { projectId: base.projectId }),
    ...(base.universeDomain === undefined ? {} : { universeDomain: base.universeDomain }),
    ...(base.quotaProject === undefined ? {} : { quotaProject: base.quotaProject }),
    honoursLifetime: true,
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    accessToken: ({ lifetime, scopes }, signal) => {
      const wanted = { scopes, lifetime: lifetime ?? options.lifetime ?? 3600 };
      return asCaller((who) => generateAccessToken(platform, who, wanted, signal));
    },
    idToken: ({ audience, format }, signal) =>
      asCaller((who) => generateIdToken(platform, who, { audience, includeEmail: format === "full" }, signal)),
  };
}

function unusable({ origin }: SourceDeps, message: string): ConfigurationError {
  return new ConfigurationError([{ at: `Cannot use ${origin}`, message }]);
}

/** Returns a delegate's full name: the API takes nothing shorter. */
export function fullName(delegate: string): string {
  return delegate.startsWith("projects/") ? delegate : `projects/-/serviceAccounts/${delegate}`;
}

/** Returns the URL of an account at the override or at a universe's IAM Credentials, without the verb. */
export function accountUrl(
  email: string,
  universe: string | undefined,
  deps: Pick<SourceDeps, "endpoints" | "origin" | "platform">,
): string {
  const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(email).replace("%40", "@")}`;
  return endpointOf("iamCredentials", { url: undefined, field: "", path, universe }, deps);
}

/** Splits `service_account_impersonation_url` into the account's URL and its e-mail; `undefined` for another URL. */
export function splitImpersonationUrl(url: string): { accountUrl: string; target: string } | undefined {
  const match = /^(.*\/serviceAccounts\/([^/:]+)):generateAccessToken$/.exec(url);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { accountUrl: match[1], target: decodeURIComponent(match[2]) };
}
