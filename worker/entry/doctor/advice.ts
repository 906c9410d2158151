/**
 * What to do about a link of the credential chain that fails: the role that is missing, the API that is off, the setting
 * that does not fit.
 *
 * @module
 */
import type { Settings } from "../../config/settings.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import type { TokenError } from "../../tokens/types.ts";

const tokenCreator = "roles/iam.serviceAccountTokenCreator";
const workloadIdentityUser = "roles/iam.workloadIdentityUser";
const quotaUser = "roles/serviceusage.serviceUsageConsumer";

/** Returns the advice for a failure, if there is any beyond its own sentence. */
export function adviceFor(error: TokenError, settings: Settings): string | undefined {
  const { failure, message, status, step } = error;
  if (step === "subject token")
    return "Look at credential_source of the file: the path, the URL or the program that gives the token";
  if (failure === "unavailable")
    return "The address cannot be reached or is failing: check network, DNS and proxy (HTTPS_PROXY), then try again";
  if (/has not been used in project|SERVICE_DISABLED|is disabled/i.test(message))
    return `Enable the API: gcloud services enable ${step === "STS" ? "sts" : "iamcredentials"}.googleapis.com`;
  if (/serviceusage\.services\.use/.test(message)) return `Grant ${quotaUser} on the quota project to the caller`;
  if (step === "impersonation") return impersonation(status, settings);
  if (step === "STS")
    return "The provider refuses the subject token: compare issuer, audience, attribute mapping and attribute condition of the workload identity pool provider with the token's claims";
  if (step === "token endpoint") return tokenEndpoint(message, settings);
  return undefined;
}

function impersonation(status: number | undefined, settings: Settings): string | undefined {
  const { base, target } = chainOf(settings.accounts.default?.source ?? {});
  if (status === 404) return `There is no service account ${target}, or the caller may not see it`;
  if (status !== 403 && status !== 401) return undefined;
  const role = base.type === "external_account" ? workloadIdentityUser : tokenCreator;
  return `The role is missing: gcloud iam service-accounts add-iam-policy-binding ${target} --role ${role} --member ${memberOf(base)}`;
}

function tokenEndpoint(message: string, settings: Settings): string | undefined {
  const { base } = chainOf(settings.accounts.default?.source ?? {});
  if (base.type === "service_account")
    return /invalid_grant/.test(message)
      ? "The key was deleted or disabled, its account is gone, or this machine's clock is wrong: compare gcloud iam service-accounts keys list"
      : undefined;
  return /invalid_grant/.test(message)
    ? "The login is over or was revoked: gcloud auth application-default login"
    : undefined;
}

/** Returns the credential at the bottom and the account at the top of a chain. */
function chainOf(source: JsonObject): { readonly base: JsonObject; readonly target: string } {
  let base = source;
  for (let next = below(base); next !== undefined; next = below(base)) base = next;
  const url = base.service_account_impersonation_url ?? source.service_account_impersonation_url;
  const named = typeof url === "string" ? /serviceAccounts\/([^/:]+):/.exec(url)?.[1] : undefined;
  return {
    base,
    target: typeof source.serviceAccount === "string" ? source.serviceAccount : decodeURIComponent(named ?? "TARGET"),
  };
}

function below(source: JsonObject): JsonObject | undefined {
  const next = source.base ?? source.source_credentials;
  return isObject(next) ? next : undefined;
}

function memberOf(base: JsonObject): string {
  if (typeof base.client_email === "string") return `serviceAccount:${base.client_email}`;
  if (base.type !== "external_account") return "user:YOUR-LOGIN";
  const pool = /\/\/(iam\.googleapis\.com\/.+)\/providers\//.exec(String(base.audience))?.[1];
  return pool === undefined ? "PRINCIPAL" : `principalSet://${pool}/*`;
}
