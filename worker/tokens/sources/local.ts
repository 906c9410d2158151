/**
 * The local issuer as a credential source: what serves when there is no Google account at all. It has no fields, and
 * checks that without a schema, so that the commonest server of all loads none.
 *
 * @module
 */
import { ConfigurationError } from "../../lib/errors.ts";
import type { SourceModule } from "./define.ts";

export const local: SourceModule = {
  build({ type: _, ...rest }, { accountEmail, localIssuer, origin }) {
    const unknown = Object.keys(rest).map((name) => ({
      at: `Cannot use ${origin}`,
      message: `${name}: unknown field`,
    }));
    if (unknown.length > 0) throw new ConfigurationError(unknown);
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
};
