/**
 * Identity tokens and their claims (mds-behaviour.md 6.2; clients.md R4, R5, R13).
 *
 * @module
 */
import { account, instance } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const accounts = `${instance}/service-accounts`;
const other = `${accounts}/${rich.other}`;

interface Claims extends Record<string, unknown> {
  readonly google?: { readonly compute_engine?: Record<string, unknown> };
}

/** Decodes a JWT and hands header and claims to `check`. */
function jwt(says: string, check: (claims: Claims, header: Record<string, unknown>) => string | undefined): BodyRule {
  return {
    says,
    check: (body) => {
      if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(body)) return `not three base64url segments: ${body.slice(0, 40)}`;
      const [header, claims] = body
        .split(".", 2)
        .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Claims);
      if (header?.alg !== "RS256" || typeof header.kid !== "string" || header.typ !== "JWT")
        return `header is ${JSON.stringify(header)}`;
      return claims === undefined ? "no claims" : check(claims, header);
    },
  };
}

const keysAre = (value: object | undefined, expected: string): string | undefined => {
  const keys = Object.keys(value ?? {})
    .sort()
    .join();
  return keys === expected ? undefined : `claims are ${keys}`;
};

function standard(claims: Claims): string | undefined {
  const problem = keysAre(claims, "aud,azp,exp,iat,iss,sub");
  if (problem !== undefined) return problem;
  if (claims.iss !== "https://accounts.google.com") return `iss is ${String(claims.iss)}`;
  if (claims.azp !== claims.sub || !/^\d{21}$/.test(String(claims.sub)))
    return `sub is ${String(claims.sub)}, azp ${String(claims.azp)}`;
  return Number(claims.exp) - Number(claims.iat) === 3600 ? undefined : "exp is not iat + 3600";
}

function full(claims: Claims, licences: boolean): string | undefined {
  const machine = claims.google?.compute_engine;
  const expected = `instance_creation_timestamp,instance_id,instance_name,${licences ? "license_id," : ""}project_id,project_number,zone`;
  const problem = keysAre(claims, "aud,azp,email,email_verified,exp,google,iat,iss,sub") ?? keysAre(machine, expected);
  if (problem !== undefined || machine === undefined) return problem ?? "no compute_engine";
  if (claims.email_verified !== true || !/^.+@.+$/.test(String(claims.email))) return "e-mail is not verified";
  if (typeof machine.instance_id !== "string") return "instance_id is no string";
  if (typeof machine.project_number !== "number" || typeof machine.instance_creation_timestamp !== "number")
    return "numbers are no numbers";
  if (licences && !(Array.isArray(machine.license_id) && machine.license_id.every((id) => typeof id === "string")))
    return "license_id is no list of strings";
  return /^[a-z]+-[a-z]+\d-[a-z]$/.test(String(machine.zone)) ? undefined : `zone is ${String(machine.zone)}`;
}

const identity = (body: BodyRule) => ({ status: 200, headers: { "Content-Type": "text/html" }, body });
const noAudience = {
  status: 400,
  headers: { "Content-Type": /^text\/html/ },
  absent: ["ETag"],
  body: { contains: ["non-empty audience parameter required"] },
};

const identities = section("6.2", [
  ...["", "?audience=", "?audience", "?format=full", "?AUDIENCE=a"].map((query) => ({
    id: `identity-no-audience-${query.replaceAll(/[^a-z]+/gi, "-") || "none"}`,
    grade: "CONFIRMED" as const,
    title: `identity${query} lacks an audience`,
    request: { target: `${account}/identity${query}` },
    expect: noAudience,
  })),
  {
    id: "identity-standard",
    grade: "CONFIRMED",
    title: "An identity is the bare JWT with exactly the six standard claims (R4, R5, R13)",
    request: { target: `${account}/identity?audience=https://foo.bar` },
    expect: identity(
      jwt(
        "standard claims",
        (claims) => standard(claims) ?? (claims.aud === "https://foo.bar" ? undefined : `aud is ${String(claims.aud)}`),
      ),
    ),
  },
  {
    id: "identity-format-standard",
    grade: "CONFIRMED",
    title: "format=standard is the default",
    request: { target: `${account}/identity?audience=a&format=standard` },
    expect: identity(jwt("standard claims", standard)),
  },
  {
    id: "identity-audience-raw",
    grade: "CONFIRMED",
    title: "An audience may be raw, with its own ? and / (R9)",
    request: { target: `${account}/identity?audience=https://foo.bar/x?y=z` },
    expect: identity(
      jwt("the audience", (claims) =>
        claims.aud === "https://foo.bar/x?y=z" ? undefined : `aud is ${String(claims.aud)}`,
      ),
    ),
  },
  {
    id: "identity-audience-escaped",
    grade: "CONFIRMED",
    title: "An audience may be escaped",
    request: { target: `${account}/identity?audience=https%3A%2F%2Ffoo.bar%2F%3Fa%26b` },
    expect: identity(
      jwt("the audience", (claims) =>
        claims.aud === "https://foo.bar/?a&b" ? undefined : `aud is ${String(claims.aud)}`,
      ),
    ),
  },
  {
    id: "identity-full",
    grade: "CONFIRMED",
    title: "format=full adds e-mail and google.compute_engine, with a string instance_id",
    request: { target: `${account}/identity?audience=a&format=full` },
    expect: identity(jwt("full claims", (claims) => full(claims, false))),
  },
  ...["TRUE", "true"].map((value) => ({
    id: `identity-licenses-${value}`,
    grade: "CONFIRMED" as const,
    title: `licenses=${value} adds license_id, a list of strings`,
    request: { target: `${account}/identity?audience=a&format=full&licenses=${value}` },
    expect: identity(jwt("full claims with licenses", (claims) => full(claims, true))),
  })),
  {
    id: "identity-licenses-false",
    grade: "CONFIRMED",
    title: "licenses=FALSE adds nothing",
    request: { target: `${account}/identity?audience=a&format=full&licenses=FALSE` },
    expect: identity(jwt("full claims", (claims) => full(claims, false))),
  },
  {
    id: "identity-full-matches-tree",
    grade: "CONFIRMED",
    setup: "rich",
    title: "The claims say what the tree says, every digit of the id",
    request: { target: `${account}/identity?audience=a&format=full` },
    expect: identity(
      jwt("the machine of the tree", ({ email, google }) => {
        const machine = google?.compute_engine ?? {};
        const got = [
          email,
          machine.instance_id,
          machine.instance_name,
          machine.project_id,
          machine.project_number,
          machine.zone,
        ].join();
        const wanted = [rich.email, String(rich.id), "grr-vm", "my-project", rich.number, "us-central1-c"].join();
        return got === wanted ? undefined : `claims are ${got}`;
      }),
    ),
  },
  {
    id: "identity-other",
    grade: "CONFIRMED",
    setup: "rich",
    title: "A second account's identity carries its own e-mail",
    request: { target: `${other}/identity?audience=a&format=full` },
    expect: identity(
      jwt("its e-mail", (claims) => (claims.email === rich.other ? undefined : `email is ${String(claims.email)}`)),
    ),
  },
  {
    id: "identity-verifies",
    grade: "OURS",
    title: "The local issuer's identity is one that its own tokeninfo accepts",
    before: [
      {
        request: { target: `${account}/identity?audience=https://foo.bar` },
        expect: { status: 200 },
        remember: { token: "body" },
      },
    ],
    request: { target: "/emulator/v1/issuer/tokeninfo?id_token={token}" },
    expect: { status: 200, standing: false, body: { contains: ['"https://foo.bar"'] } },
  },
]);

/** Rules about identity tokens. */
export const identityRules: readonly Rule[] = identities;
