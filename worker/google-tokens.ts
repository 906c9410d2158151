/**
 * The token core (`gce-metadata-emulator/tokens`) on web standards alone. Node, Bun and Deno get the same names with the
 * files and programs of federation from `entry/library/`.
 *
 * @module
 */
import { createGoogleTokensOn, type GoogleTokens, type GoogleTokensOptions } from "./library/google-tokens.ts";

export { ConfigurationError } from "./lib/errors.ts";
export type { GoogleToken, GoogleTokens, GoogleTokensOptions } from "./library/google-tokens.ts";
export { TokenError } from "./tokens/types.ts";

/**
 * Makes Google's tokens from a credential of any ADC type: service account key, user, impersonation, federation.
 *
 * @example
 * const tokens = await createGoogleTokens(env.GOOGLE_APPLICATION_CREDENTIALS_JSON);
 * await tokens.fetch("https://storage.googleapis.com/storage/v1/b?project=my-project");
 *
 * @param credential The credential file's object, or its text.
 * @throws ConfigurationError for a credential that cannot be used.
 */
export function createGoogleTokens(
  credential: string | object,
  options: GoogleTokensOptions = {},
): Promise<GoogleTokens> {
  return createGoogleTokensOn({ runtime: "this runtime" }, credential, options);
}
