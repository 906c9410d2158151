/**
 * The fake `oauth2.googleapis.com/token`: JWT-bearer grant of service accounts, refresh grant of users.
 *
 * @module
 */
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import type { Directory } from "./directory.ts";
import { type FakeIssuer, tokenLifetimeSeconds, uniqueId } from "./issuer.ts";
import { demand, type Incoming, jsonResponse, Refusal, readForm, Violation } from "./request.ts";

export interface TokenEndpoint {
  readonly directory: Directory;
  readonly issuer: FakeIssuer;
  readonly now: () => number;
  /** `aud` values that name this endpoint. */
  readonly audiences: ReadonlySet<string>;
}

const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const maxLifetimeSeconds = 3600;
/** Google lets clocks differ by a little. */
const skewSeconds = 300;

export async function tokenEndpoint(request: Incoming, endpoint: TokenEndpoint): Promise<Response> {
  demand(request.headers.get("authorization") === null, "Authorization at the token endpoint");
  const grant = new URLSearchParams(request.body).get("grant_type");
  if (grant === "refresh_token") return refreshGrant(request, endpoint);
  demand(grant === jwtBearer, `grant_type ${grant}`);
  const { assertion = "" } = readForm(request, ["grant_type", "assertion"]);
  const claims = await verifyAssertion(assertion, endpoint);
  const email = String(claims.iss);
  if (typeof claims.target_audience === "string") {
    const subject = { sub: uniqueId(email), azp: email, email };
    return jsonResponse({ id_token: await endpoint.issuer.idToken(subject, claims.target_audience) });
  }
  const access_token = endpoint.issuer.accessToken(email, String(claims.scope).split(" "));
  return jsonResponse({ access_token, expires_in: tokenLifetimeSeconds, token_type: "Bearer" });
}

/** Checks signature, header and every claim of an assertion. */
async function verifyAssertion(assertion: string, { audiences, directory, now }: TokenEndpoint): Promise<JWTPayload> {
  const claims = decoded(assertion);
  const { alg, kid, typ, ...rest } = decodeProtectedHeader(assertion);
  demand(alg === "RS256", `alg ${alg}`);
  demand(typ === undefined || typ === "JWT", `typ ${typ}`);
  demand(Object.keys(rest).length === 0, `header ${Object.keys(rest)}`);
  const known = [...directory.keys].filter(
    ([id, key]) => key.email === claims.iss && (kid === undefined || id === kid),
  );
  if (known.length === 0) throw new Refusal(400, "invalid_grant", "Invalid grant: account not found");
  const verified = await Promise.all(known.map(([, { publicKey }]) => isSigned(assertion, publicKey)));
  if (!verified.includes(true)) throw new Refusal(400, "invalid_grant", "Invalid JWT Signature.");
  checkClaims(claims, audiences, Math.floor(now() / 1000));
  return claims;
}

function checkClaims(claims: JWTPayload, audiences: ReadonlySet<string>, now: number): void {
  const { aud, exp, iat, iss: _, scope, target_audience: target, ...rest } = claims;
  demand(Object.keys(rest).length === 0, `unknown claims ${Object.keys(rest)}`);
  demand(typeof aud === "string" && audiences.has(aud), `aud ${aud}`);
  demand(Number.isInteger(iat) && Number.isInteger(exp), "iat and exp are not whole seconds");
  const [from, to] = [iat ?? 0, exp ?? 0];
  demand(to > from && to - from <= maxLifetimeSeconds, `a lifetime of ${to - from} s`);
  if (from > now + skewSeconds || to <= now - skewSeconds) {
    throw new Refusal(
      400,
      "invalid_grant",
      "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe",
    );
  }
  // Google's Node library sends its scopes along with a target audience; the audience decides.
  demand(scope !== undefined || target !== undefined, "neither scope nor target_audience");
  if (target !== undefined) demand(typeof target === "string" && target !== "", "target_audience is not a string");
  else
    demand(
      typeof scope === "string" && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(scope),
      "scope is not a list with single spaces",
    );
}

function decoded(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw new Violation("an assertion that is no JWT");
  }
}

/** Signature only: times are judged by `checkClaims` on the fake's clock. */
function isSigned(assertion: string, key: CryptoKey): Promise<boolean> {
  return compactVerify(assertion, key, { algorithms: ["RS256"] }).then(
    () => true,
    () => false,
  );
}

async function refreshGrant(request: Incoming, { directory, issuer }: TokenEndpoint): Promise<Response> {
  const form = readForm(
    request,
    ["grant_type", "client_id", "client_secret", "refresh_token"],
    ["scope", "target_audience"],
  );
  const user = directory.users.find(({ refreshToken }) => refreshToken === form.refresh_token);
  if (user === undefined) throw new Refusal(400, "invalid_grant", "Bad Request");
  if (user.clientId !== form.client_id || user.clientSecret !== form.client_secret)
    throw new Refusal(401, "invalid_client", "Unauthorized");
  const consented = user.scopes ?? ["https://www.googleapis.com/auth/cloud-platform", "openid"];
  const wanted = form.scope?.split(" ") ?? consented;
  if (!wanted.every((scope) => consented.includes(scope)))
    throw new Refusal(400, "invalid_scope", "Some requested scopes were not consented to");
  const subject = { sub: uniqueId(user.email), azp: user.clientId, email: user.email };
  const id_token = await issuer.idToken(subject, form.target_audience ?? user.clientId);
  return jsonResponse({
    access_token: issuer.accessToken(user.email, wanted),
    expires_in: tokenLifetimeSeconds,
    scope: wanted.join(" "),
    token_type: "Bearer",
    ...(user.openid === false ? {} : { id_token }),
  });
}
