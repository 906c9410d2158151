/**
 * A workforce user's credential (`"type": "external_account_authorized_user"`): refreshed at Google's STS.
 *
 * @module
 */
import * as v from "valibot";
import { gather } from "../../lib/problems.ts";
import { assertEndpoint, endpointOf } from "../google/endpoints.ts";
import { nextRefreshToken } from "../google/oauth2.ts";
import { refreshFederated } from "../google/sts.ts";
import { defineSource } from "./define.ts";

export const externalAccountAuthorizedUser = defineSource({
  schema: v.looseObject({
    type: v.literal("external_account_authorized_user"),
    client_id: v.string(),
    client_secret: v.string(),
    refresh_token: v.string(),
    token_url: v.optional(v.string()),
    token_info_url: v.optional(v.string()),
    universe_domain: v.optional(v.string()),
    quota_project_id: v.optional(v.string()),
  }),
  async create(config, deps) {
    const { origin, platform } = deps;
    const { token_info_url, token_url, universe_domain } = config;
    const endpoint = { url: token_url, field: "token_url", path: "/v1/oauthtoken", universe: universe_domain };
    const [url] = await gather(
      () => endpointOf("sts", endpoint, deps),
      () => {
        if (token_info_url !== undefined) assertEndpoint(token_info_url, origin, "token_info_url", platform.env);
      },
    );
    const client = { id: config.client_id, secret: config.client_secret };
    let refreshToken = config.refresh_token;
    return {
      ...(config.universe_domain === undefined ? {} : { universeDomain: config.universe_domain }),
      ...(config.quota_project_id === undefined ? {} : { quotaProject: config.quota_project_id }),
      async accessToken(_, signal) {
        const refreshed = await refreshFederated(platform, url, refreshToken, client, signal);
        refreshToken = nextRefreshToken(refreshed, refreshToken);
        return refreshed.token;
      },
      idTokenRefusal: "a workforce user's credential has no ID tokens; impersonate a service account instead",
    };
  },
});
