/**
 * The local issuer as a credential source: what serves when there is no Google account at all.
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { defineSource } from "./define.ts";

export const local = defineSource({
  schema: v.strictObject({ type: v.literal("local") }),
  create: (_, { accountEmail, localIssuer, origin }) => {
    if (localIssuer === undefined || accountEmail === undefined) {
      throw new ConfigurationError([{ at: origin, message: "the local issuer has no account to issue tokens for" }]);
    }
    return {
      local: true,
      machineClaims: true,
      honoursLifetime: true,
      accessToken: (request) => localIssuer.accessToken(accountEmail, request),
      idToken: (request) => localIssuer.idToken(accountEmail, request),
    };
  },
});
