/**
 * A service-account key (`"type": "service_account"`): an RS256 assertion, exchanged at `token_uri` for access and ID
 * tokens; or a self-signed JWT (AIP-4111) where the file's universe has no such exchange, or `selfSignedJwt` or gcloud's
 * own variable asks for it.
 *
 * @module
 */

import { SignJWT } from "jose/jwt/sign";
import { importPKCS8 } from "jose/key/import";
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { toPkcs8 } from "../../lib/pem.ts";
import { gather } from "../../lib/problems.ts";
import type { Platform } from "../../platform.ts";
import {
  addressProblem,
  applyOverride,
  defaultEndpoint,
  endpointProblem,
  googleUniverse,
  isOverridden,
} from "../google/endpoints.ts";
import { generateIdToken } from "../google/iam-credentials.ts";
import { exchangeAssertion, exchangeForIdToken } from "../google/oauth2.ts";
import type { SourceDeps, Token, TokenSource } from "../types.ts";
import { defineSource } from "./define.ts";

const defaultTokenUri = "https://oauth2.googleapis.com/token";
const lifetimeSeconds = 3600;
const iamScope = "https://www.googleapis.com/auth/iam";

const schema = v.looseObject({
  type: v.literal("service_account"),
  client_email: v.pipe(v.string(), v.includes("@", "must be an e-mail address")),
  private_key: v.string(),
  private_key_id: v.optional(v.string()),
  project_id: v.optional(v.string()),
  token_uri: v.optional(v.string()),
  universe_domain: v.optional(v.string()),
  quota_project_id: v.optional(v.string()),
  selfSignedJwt: v.optional(v.boolean()),
});

type Config = v.InferOutput<typeof schema>;

export const serviceAccount = defineSource({
  schema,
  async create(config, deps) {
    const { client_email: email, project_id: projectId, universe_domain: universe = googleUniverse } = config;
    const [sign, tokenUri] = await gather(
      () => createSigner(config, deps),
      () => tokenUriOf(config, deps),
    );
    const url = applyOverride(tokenUri, "oauthToken", deps.endpoints);
    // The audience stays what the file says, also when an override redirects the call: Google checks its own URL.
    const assertion = (claims: Record<string, string>) => sign({ ...claims, aud: tokenUri });
    const selfSigned = async (scopes: readonly string[]) =>
      selfSignedToken(await sign({ scope: scopes.join(" "), sub: email }), deps);
    const signsItself = universe !== googleUniverse || (config.selfSignedJwt ?? isAskedFor(deps.platform.env));
    return {
      email,
      ...(projectId === undefined ? {} : { projectId }),
      universeDomain: universe,
      ...(config.quota_project_id === undefined ? {} : { quotaProject: config.quota_project_id }),
      accessToken: async ({ scopes }, signal) =>
        signsItself
          ? selfSigned(scopes)
          : exchangeAssertion(deps.platform, url, await assertion({ scope: scopes.join(" ") }), signal),
      ...(universe === googleUniverse
        ? {
            idToken: async ({ audience }, signal) =>
              exchangeForIdToken(deps.platform, url, await assertion({ target_audience: audience }), signal),
          }
        : idTokensByIam({ email, universe, selfSigned }, deps)),
    };
  },
});

function tokenUriOf({ token_uri: url = defaultTokenUri }: Config, { origin }: SourceDeps): string {
  const problem = addressProblem(url);
  if (problem === undefined) return url;
  throw new ConfigurationError([{ at: `Cannot use ${origin}`, message: `token_uri: ${problem}` }]);
}

/** gcloud's property `auth/service_account_use_self_signed_jwt`, by its variable. */
function isAskedFor({ CLOUDSDK_AUTH_SERVICE_ACCOUNT_USE_SELF_SIGNED_JWT: property }: Platform["env"]): boolean {
  return /^(?:true|1|on|yes|y)$/i.test(property ?? "");
}

interface Self {
  readonly email: string;
  readonly universe: string;
  selfSigned(scopes: readonly string[]): Promise<Token>;
}

/** Other universes exchange no assertions: there the account mints its ID tokens by impersonating itself, as in Google's libraries. */
function idTokensByIam(
  { email, selfSigned, universe }: Self,
  deps: SourceDeps,
): Pick<TokenSource, "idToken" | "idTokenRefusal"> {
  const path = `/v1/projects/-/serviceAccounts/${email}`;
  const url = defaultEndpoint("iamCredentials", path, deps.endpoints, { universe });
  const problem = isOverridden("iamCredentials", deps.endpoints) ? undefined : endpointProblem(url, deps.platform.env);
  if (problem !== undefined)
    return { idTokenRefusal: `set GOOGLE_CLOUD_UNIVERSE_DOMAIN to "${universe}" if that is your universe: ${problem}` };
  return {
    idToken: async ({ audience }, signal) => {
      const { value } = await selfSigned([iamScope]);
      const who = { accountUrl: url, target: email, caller: email, token: value, delegates: [] };
      return generateIdToken(deps.platform, who, { audience, includeEmail: true }, signal);
    },
  };
}

/** Returns a function that signs claims as this account for one hour. */
async function createSigner(
  config: Config,
  { origin, platform }: SourceDeps,
): Promise<(claims: Record<string, string>) => Promise<string>> {
  const key = await importKey(config.private_key, origin);
  const { client_email: email, private_key_id: kid } = config;
  return (claims) => {
    const issued = Math.floor(platform.clock.now() / 1000);
    return new SignJWT({ ...claims, iss: email, iat: issued, exp: issued + lifetimeSeconds })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(kid === undefined ? {} : { kid }) })
      .sign(key);
  };
}

async function importKey(pem: string, origin: string): Promise<CryptoKey> {
  try {
    return await importPKCS8(toPkcs8(pem), "RS256");
  } catch {
    // The cause may quote the key.
    const message = "private_key: not an RSA private key in PEM; download the key file again, line breaks included";
    throw new ConfigurationError([{ at: `Cannot use ${origin}`, message }]);
  }
}

function selfSignedToken(jwt: string, { platform }: SourceDeps): Token {
  return { value: jwt, expiresAt: platform.clock.now() + lifetimeSeconds * 1000 };
}
