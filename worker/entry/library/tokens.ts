/**
 * The token core (`gce-metadata-emulator/tokens`) on Node, Bun and Deno: as `worker/google-tokens.ts`, with files,
 * programs and client certificates.
 *
 * @module
 */
import { createGoogleTokensOn, type GoogleTokens, type GoogleTokensOptions } from "../../library/google-tokens.ts";
import { createHost } from "./host.ts";

export { ConfigurationError } from "../../lib/errors.ts";
export type { GoogleToken, GoogleTokens, GoogleTokensOptions } from "../../library/google-tokens.ts";
export { TokenError } from "../../tokens/types.ts";

const { platform } = await createHost();

/**
 * Makes Google's tokens from a credential of any ADC type: service account key, user, impersonation, federation.
 *
 * @param credential The credential file's object, or its text.
 * @throws ConfigurationError for a credential that cannot be used.
 */
export function createGoogleTokens(
  credential: string | object,
  options: GoogleTokensOptions = {},
): Promise<GoogleTokens> {
  return createGoogleTokensOn(platform, credential, options);
}
