/**
 * A user's own Application Default Credentials (`"type": "authorized_user"`, what `gcloud auth application-default
 * login` writes): the refresh grant. The scopes are those that the user consented to; asking for others fails.
 *
 * @module
 */

import { decodeJwt } from "jose/jwt/decode";
import * as v from "valibot";
import { idTokenOf } from "../google/answers.ts";
import { applyOverride, assertEndpoint } from "../google/endpoints.ts";
import { nextRefreshToken, type Refreshed, refresh } from "../google/oauth2.ts";
import { TokenError } from "../types.ts";
import { defineSource } from "./define.ts";

const defaultTokenUri = "https://oauth2.googleapis.com/token";

export const authorizedUser = defineSource({
  schema: v.looseObject({
    type: v.literal("authorized_user"),
    client_id: v.string(),
    client_secret: v.string(),
    refresh_token: v.string(),
    account: v.optional(v.string()),
    token_uri: v.optional(v.string()),
    universe_domain: v.optional(v.string()),
    quota_project_id: v.optional(v.string()),
  }),
  create(config, { endpoints, origin, platform }) {
    const tokenUri = config.token_uri ?? defaultTokenUri;
    assertEndpoint(tokenUri, origin, "token_uri", platform.env);
    const url = applyOverride(tokenUri, "oauthToken", endpoints);
    let refreshToken = config.refresh_token;
    const refreshed = async (signal: AbortSignal): Promise<Refreshed> => {
      const answered = await refresh(platform, url, { ...config, refresh_token: refreshToken }, signal);
      refreshToken = nextRefreshToken(answered, refreshToken);
      return answered;
    };
    return {
      ...(config.account === undefined || config.account === "" ? {} : { email: config.account }),
      ...(config.universe_domain === undefined ? {} : { universeDomain: config.universe_domain }),
      ...(config.quota_project_id === undefined ? {} : { quotaProject: config.quota_project_id }),
      accessToken: async (_, signal) => (await refreshed(signal)).token,
      async idToken({ audience }, signal) {
        const { answer, call } = await refreshed(signal);
        const about = "a user's credential only has ID tokens for its own OAuth client";
        if (answer.id_token === undefined) {
          throw new TokenError(
            "unsupported",
            "token endpoint",
            `Cannot make an ID token for "${audience}": ${about}, and this one has none. Impersonate a service account instead`,
          );
        }
        const token = idTokenOf(answer.id_token, "id_token", call, platform.clock.now());
        const own = audiencesOf(token.value);
        if (own.includes(audience)) return token;
        throw new TokenError(
          "unsupported",
          "token endpoint",
          `Cannot make an ID token for "${audience}": ${about}, "${own.join('", "')}". Impersonate a service account instead`,
        );
      },
    };
  },
});

function audiencesOf(token: string): string[] {
  const { aud } = decodeJwt(token);
  return typeof aud === "string" ? [aud] : (aud ?? []);
}
