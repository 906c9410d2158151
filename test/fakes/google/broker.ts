/**
 * A token broker as `{"type":"http"}` expects one, beside Google at `/broker`: it takes the project's own requests only.
 *
 * @module
 */
import { type FakeIssuer, tokenLifetimeSeconds, uniqueId } from "./issuer.ts";
import { demand, type Incoming, jsonResponse, readJson } from "./request.ts";

export async function broker(request: Incoming, issuer: FakeIssuer): Promise<Response> {
  const { kind } = readJson(request, ["kind", "account", "scopes", "lifetime", "audience", "format", "licenses"]);
  const common = ["kind", "account"];
  if (kind === "access_token") {
    const {
      account = "broker@example.com",
      lifetime = tokenLifetimeSeconds,
      scopes,
    } = readJson(request, [...common, "scopes", "lifetime"]);
    demand(Array.isArray(scopes) && scopes.length > 0 && scopes.every((scope) => typeof scope === "string"), "scopes");
    demand(typeof lifetime === "number" && Number.isInteger(lifetime), "lifetime");
    return jsonResponse({ access_token: issuer.accessToken(String(account), scopes, lifetime), expires_in: lifetime });
  }
  demand(kind === "id_token", `kind ${String(kind)}`);
  const {
    account = "broker@example.com",
    audience,
    format,
    licenses,
  } = readJson(request, [...common, "audience", "format", "licenses"]);
  demand(typeof audience === "string" && audience !== "", "audience");
  demand((format === "standard" || format === "full") && typeof licenses === "boolean", "format or licenses");
  const email = String(account);
  return jsonResponse({ id_token: await issuer.idToken({ sub: uniqueId(email), azp: email, email }, audience) });
}
