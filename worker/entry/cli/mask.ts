/**
 * Shows a credential's configuration without its secrets: what is known to be harmless stays, everything else is struck
 * out, so that a field which nobody thought of cannot leak.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../../lib/json.ts";

const harmless = new Set(
  "type client_email client_id project_id token_uri token_url token_info_url audience subject_token_type universe_domain quota_project_id account service_account_impersonation_url service_account_impersonation token_lifetime_seconds workforce_pool_user_project serviceAccount delegates lifetime base path source_credentials credential_source file executable timeout_millis output_file environment_id region_url regional_cred_verification_url imdsv2_session_token_url format subject_token_field_name certificate use_default_certificate_config certificate_config_location selfSignedJwt".split(
    " ",
  ),
);

/** Stands for a secret. */
export const masked = "***";

/** Returns `source` with everything struck out that is not known to be harmless. */
export function maskSource(source: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(source).map(([key, value]) => [
      key,
      harmless.has(key) ? inner(value) : key === "url" ? shownUrl(value) : masked,
    ]),
  );
}

function inner(value: Json): Json {
  if (isObject(value)) return maskSource(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(inner);
  return typeof value === "string" && URL.canParse(value) ? shownUrl(value) : value;
}

/** A query or a user part of a URL may be a secret. */
function shownUrl(value: Json): Json {
  if (typeof value !== "string" || !/^https?:/.test(value) || !URL.canParse(value)) return value;
  const { host, pathname, protocol, search } = new URL(value);
  return `${protocol}//${host}${pathname}${search === "" ? "" : `?${masked}`}`;
}
