/**
 * A token broker by HTTP (`{"type":"http","url":…}`): keys stay elsewhere, this server asks for what it needs.
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { accessTokenOf, idTokenOf } from "../google/answers.ts";
import { callJson, type UpstreamCall } from "../google/call.ts";
import { addressProblem } from "../google/endpoints.ts";
import { defineSource } from "./define.ts";

export const http = defineSource({
  schema: v.strictObject({
    type: v.literal("http"),
    url: v.string(),
    headers: v.optional(v.record(v.string(), v.string())),
  }),
  create({ headers = {}, url }, { accountEmail, origin, platform }) {
    const problem = addressProblem(url);
    if (problem !== undefined)
      throw new ConfigurationError([{ at: `Cannot use ${origin}`, message: `url: ${problem}` }]);
    const ask = (wanted: object): UpstreamCall => ({
      step: "token broker",
      method: "POST",
      url,
      headers: { Accept: "application/json", ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ account: accountEmail, ...wanted }),
    });
    return {
      // The broker is told the format.
      machineClaims: true,
      honoursLifetime: true,
      async accessToken({ lifetime, scopes }, signal) {
        const call = ask({ kind: "access_token", scopes, lifetime });
        return accessTokenOf(await callJson(platform, call, signal), call, platform.clock.now());
      },
      async idToken({ audience, format, licenses }, signal) {
        const call = ask({ kind: "id_token", audience, format, licenses });
        // `token` is what IAM Credentials calls it, which a broker may hand on as it is.
        const { id_token, token } = await callJson(platform, call, signal);
        return idTokenOf(id_token ?? token, "id_token", call, platform.clock.now());
      },
    };
  },
});
