/**
 * Which rule a client would meet, and why no earlier one: `config explain --as`. Asks nobody; what it is told of the
 * client is believed.
 *
 * @module
 */
import type { Identity } from "../auth/identity.ts";
import { mismatch } from "../auth/match.ts";
import type { ClientSettings, ServiceSettings } from "../config/settings.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";

/** Returns lines for people. `as`: the name of a secret, or the claims of a token with `iss`. */
export function explain({ auth, clients, instances }: ServiceSettings, as: Json): readonly string[] {
  const identities = identitiesOf(auth, as);
  if (typeof identities === "string") return [identities];
  const lines: string[] = [];
  for (const client of clients) {
    const reasons = identities.map((identity) => mismatch(client.match, identity));
    if (reasons.includes(undefined)) return [...lines, `${client.rule}: yes`, ...given(client, instances)];
    lines.push(`${client.rule}: no, ${reasons.join("; ")}`);
  }
  return [...lines, "No rule is for this client: 403"];
}

/** Entries of one issuer may differ in their audience, which a token must have. */
function identitiesOf(auth: ServiceSettings["auth"], as: Json): readonly Identity[] | string {
  if (!isObject(as)) {
    const name = String(as);
    if (!(auth.secrets ?? []).some((secret) => secret.name === name))
      return `No secret has the name ${JSON.stringify(name)}: 401`;
    return [{ way: "secret", name, client: name, claims: {} }];
  }
  const known = [
    ...(auth.issuers ?? []).map((entry) => ({ way: "issuer" as const, ...entry })),
    ...(auth.access === undefined ? [] : [accessEntry(auth.access)]),
  ].filter(({ issuer }) => issuer === as.iss);
  if (known.length === 0) return `No issuer of the configuration is ${JSON.stringify(as.iss ?? "")}: 401`;
  const found = known.filter(({ audience }) => as.aud === undefined || [as.aud].flat().includes(audience));
  if (found.length === 0)
    return `The audience is not ${known.map(({ audience }) => JSON.stringify(audience)).join(" or ")}: 401`;
  return found.map(({ name, way }) => ({
    way,
    name,
    client: `${name}:${String(as.sub ?? "")}`,
    claims: as as JsonObject,
  }));
}

function accessEntry({ audience, certsUrl }: { audience: string; certsUrl: string }) {
  return { way: "access" as const, name: "", issuer: new URL(certsUrl).origin, audience };
}

function given(client: ClientSettings, instances: ServiceSettings["instances"]): string[] {
  const account = instances[client.instance]?.accounts[client.account];
  const email = account?.email === undefined ? "" : ` (${account.email})`;
  const list = (values: readonly string[]) => values.join(", ");
  return [
    `  instance   ${client.instance}`,
    `  account    ${client.account}${email}`,
    `  scopes     ${client.scopes === undefined ? "the account's" : list(client.scopes)}`,
    `  audiences  ${client.audiences.length === 0 ? "none: no ID tokens" : list(client.audiences)}`,
    ...(client.maxLifetime === undefined ? [] : [`  lifetime   at most ${client.maxLifetime} s`]),
    ...(client.boundary === undefined ? [] : ["  boundary   downscoped at STS"]),
    ...(client.control ? ["  control    the control API is open"] : []),
  ];
}
