/**
 * Service accounts, their tokens and identities (mds-behaviour.md 6; clients.md R7, R8, R11 to R13, R25).
 *
 * @module
 */
import { account, badRequest, document, errorPage, instance, jsonThat, listing, notFound, text } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const accounts = `${instance}/service-accounts`;
const own = `${accounts}/${rich.email}`;
const other = `${accounts}/${rich.other}`;
const children = ["aliases", "email", "identity", "scopes", "token"];

const listings = section(
  "6",
  [
    {
      id: "accounts-listing",
      grade: "CONFIRMED",
      title: "Accounts are listed by e-mail and default, in byte order",
      request: { target: `${accounts}/` },
      expect: listing(`${rich.email}/`, `${rich.other}/`, "default/"),
    },
    ...[account, own, other].map((target, index) => ({
      id: `account-listing-${["default", "own", "other"][index]}`,
      grade: "CONFIRMED" as const,
      title: `${target.slice(instance.length + 1)}/ lists its five children (R7)`,
      request: { target: `${target}/` },
      expect: listing(...children),
    })),
    ...[account, own].map((target, index) => ({
      id: `account-email-${index === 0 ? "default" : "own"}`,
      grade: "CONFIRMED" as const,
      title: "The e-mail is a bare line without newline (R4)",
      request: { target: `${target}/email` },
      expect: text(rich.email),
    })),
    {
      id: "account-other-email",
      grade: "CONFIRMED",
      title: "A second account has its own e-mail",
      request: { target: `${other}/email` },
      expect: text(rich.other),
    },
    ...[account, own].map((target, index) => ({
      id: `account-aliases-${index === 0 ? "default" : "own"}`,
      grade: "LIKELY" as const,
      title: "Both entries of the default account have the alias default",
      request: { target: `${target}/aliases` },
      expect: text(/^default\n?$/),
    })),
    {
      id: "account-aliases-json",
      grade: "CONFIRMED",
      title: "aliases are an array as JSON",
      request: { target: `${own}/aliases?alt=json` },
      expect: { status: 200, headers: { "Content-Type": "application/json" }, body: '["default"]' },
    },
    {
      id: "account-scopes",
      grade: "LIKELY",
      section: "2",
      title: "Scopes are one per line, the last one with its newline, too",
      request: { target: `${account}/scopes` },
      expect: text(rich.scopes.map((scope) => `${scope}\n`).join("")),
    },
    ...["", "email", "scopes", "aliases", "token", "identity?audience=a"].map((child) => ({
      id: `account-unknown-${child.split("?")[0] || "listing"}`,
      grade: "CONFIRMED" as const,
      title: `An unknown account has no ${child || "listing"}`,
      request: { target: `${accounts}/nobody@example.iam.gserviceaccount.com/${child}` },
      expect: { ...errorPage(404, "was not found on this server"), absent: ["ETag"] },
    })),
    {
      id: "account-unknown-child",
      grade: "CONFIRMED",
      title: "An account has no other children",
      request: { target: `${account}/unique-id` },
      expect: notFound(`${account}/unique-id`),
    },
    ...["", "token", "email", "scopes", "identity?audience=a"].map((child) => ({
      id: `account-none-${child.split("?")[0] || "listing"}`,
      grade: "CONFIRMED" as const,
      setup: "bare" as const,
      title: `A machine without service account has no default/${child}`,
      request: { target: `${account}/${child}` },
      expect: { ...errorPage(404, "was not found on this server"), absent: ["ETag"] },
    })),
    {
      id: "accounts-none-listing",
      grade: "CONFIRMED",
      setup: "bare",
      title: "A machine without service account lists none",
      request: { target: `${accounts}/` },
      expect: listing(),
    },
    {
      id: "account-default-by-itself",
      grade: "CONFIRMED",
      setup: "vm",
      title: "Without configuration the Compute Engine account is default",
      request: { target: `${accounts}/` },
      expect: text(/^\d+-compute@developer\.gserviceaccount\.com\/\ndefault\/\n$/),
    },
  ],
  "rich",
);

const tokenBody: BodyRule = jsonThat("access_token, expires_in, token_type in this order", (value: Record<string, unknown>) => {
  if (Object.keys(value).join() !== "access_token,expires_in,token_type") return `has ${Object.keys(value).join()}`;
  if (typeof value["access_token"] !== "string" || value["access_token"] === "") return "access_token is no string";
  if (value["token_type"] !== "Bearer") return `token_type is ${String(value["token_type"])}`;
  const left = value["expires_in"];
  return Number.isInteger(left) && Number(left) > 360 && Number(left) <= 3600 ? undefined : `expires_in is ${String(left)}`;
});
const token = document(tokenBody);
const [cloudPlatform, userinfo] = rich.scopes;

const tokens = section("6.1", [
  { id: "token", grade: "CONFIRMED", title: "A token is one line of JSON with three members (R11, R12)", request: { target: `${account}/token` }, expect: token },
  {
    id: "token-by-email",
    grade: "CONFIRMED",
    setup: "rich",
    title: "A token is there by e-mail as well (R7)",
    request: { target: `${own}/token` },
    expect: token,
  },
  {
    id: "token-other",
    grade: "CONFIRMED",
    setup: "rich",
    title: "A second account has a token of its own",
    before: [{ request: { target: `${account}/token` }, expect: token, remember: { token: { json: "access_token" } } }],
    request: { target: `${other}/token` },
    expect: document({ says: "another token", check: (body, { token: first }) => (body.includes(String(first)) ? "the same token" : undefined) }),
  },
  {
    id: "token-cached",
    grade: "CONFIRMED",
    title: "The same token is served again",
    before: [{ request: { target: `${account}/token` }, expect: token, remember: { token: { json: "access_token" } } }],
    request: { target: `${account}/token` },
    expect: document({ says: "the same token", check: (body, { token: first }) => (body.includes(`"${first}"`) ? undefined : "another token") }),
  },
  ...["recursive=true", "alt=json", "audience=x", "transport=MTLS&binding-enforcement=on", "bindCertificateFingerprint=ab", "scopes="].map((query) => ({
    id: `token-query-${query.replaceAll(/[^a-z]+/gi, "-")}`,
    grade: "CONFIRMED" as const,
    title: `token?${query} is a token (R9, R10)`,
    request: { target: `${account}/token?${query}` },
    expect: token,
  })),
  {
    id: "token-scopes-ignored",
    grade: "CONFIRMED",
    title: "On a VM scopes alone do not narrow the token: it is the same one",
    before: [{ request: { target: `${account}/token` }, expect: token, remember: { token: { json: "access_token" } } }],
    request: { target: `${account}/token?scopes=${userinfo}` },
    expect: document({ says: "the same token", check: (body, { token: first }) => (body.includes(`"${first}"`) ? undefined : "another token") }),
  },
  ...["true", "1", "yes", "Y"].map((value) => ({
    id: `token-enforced-${value}`,
    grade: "CONFIRMED" as const,
    title: `enforce_scopes=${value} narrows the token to the scopes asked for`,
    before: [
      {
        request: { target: `${account}/token?scopes=${encodeURIComponent(userinfo)}&enforce_scopes=${value}` },
        expect: token,
        remember: { token: { json: "access_token" } },
      },
    ],
    request: { target: "/emulator/v1/issuer/tokeninfo?access_token={token}" },
    expect: { status: 200, standing: false, body: jsonThat("only that scope", (info: { scope?: string }) => (info.scope === userinfo ? undefined : `scope is ${info.scope}`)) },
  })),
  {
    id: "token-enforced-by-project",
    grade: "CONFIRMED",
    setup: "rich",
    title: "enable-access-token-enforce-scopes in the project's attributes does the same",
    before: [{ request: { target: `${account}/token?scopes=${userinfo}` }, expect: token, remember: { token: { json: "access_token" } } }],
    request: { target: "/emulator/v1/issuer/tokeninfo?access_token={token}" },
    expect: { status: 200, standing: false, body: jsonThat("only that scope", (info: { scope?: string }) => (info.scope === userinfo ? undefined : `scope is ${info.scope}`)) },
  },
  ...[",", "%2C", "+", "%20"].map((separator) => ({
    id: `token-separator-${separator}`,
    grade: "CONFIRMED" as const,
    title: `Scopes are separated by ${separator} (R9)`,
    before: [
      {
        request: { target: `${account}/token?scopes=${userinfo}${separator}${cloudPlatform}&enforce_scopes=true` },
        expect: token,
        remember: { token: { json: "access_token" } },
      },
    ],
    request: { target: "/emulator/v1/issuer/tokeninfo?access_token={token}" },
    expect: {
      status: 200,
      standing: false,
      body: jsonThat("both scopes", (info: { scope?: string }) => (info.scope?.split(" ").sort().join() === [...rich.scopes].sort().join() ? undefined : `scope is ${info.scope}`)),
    },
  })),
  ...["false", "0", "no", "n", "False"].map((value) => ({
    id: `token-enforce-${value}`,
    grade: "CONFIRMED" as const,
    title: `enforce_scopes=${value} is refused`,
    request: { target: `${account}/token?scopes=${userinfo}&enforce_scopes=${value}` },
    expect: badRequest,
  })),
  {
    id: "token-scope-beyond",
    grade: "UNKNOWN-chosen",
    title: "An enforced scope that the account lacks is 403",
    request: { target: `${account}/token?scopes=https://www.googleapis.com/auth/drive&enforce_scopes=true` },
    expect: { status: 403, absent: ["ETag"] },
  },
  {
    id: "token-with-slash",
    grade: "LIKELY",
    title: "token/ with a slash is not found, never a page with 200 (R25)",
    request: { target: `${account}/token/` },
    expect: notFound(`${account}/token/`),
  },
]);

interface Claims extends Record<string, unknown> {
  readonly google?: { readonly compute_engine?: Record<string, unknown> };
}

/** Decodes a JWT and hands header and claims to `check`. */
function jwt(says: string, check: (claims: Claims, header: Record<string, unknown>) => string | undefined): BodyRule {
  return {
    says,
    check: (body) => {
      if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(body)) return `not three base64url segments: ${body.slice(0, 40)}`;
      const [header, claims] = body.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Claims);
      if (header?.["alg"] !== "RS256" || typeof header["kid"] !== "string" || header["typ"] !== "JWT") return `header is ${JSON.stringify(header)}`;
      return claims === undefined ? "no claims" : check(claims, header);
    },
  };
}

const keysAre = (value: object | undefined, expected: string): string | undefined => {
  const keys = Object.keys(value ?? {}).sort().join();
  return keys === expected ? undefined : `claims are ${keys}`;
};

function standard(claims: Claims): string | undefined {
  const problem = keysAre(claims, "aud,azp,exp,iat,iss,sub");
  if (problem !== undefined) return problem;
  if (claims["iss"] !== "https://accounts.google.com") return `iss is ${String(claims["iss"])}`;
  if (claims["azp"] !== claims["sub"] || !/^\d{21}$/.test(String(claims["sub"]))) return `sub is ${String(claims["sub"])}, azp ${String(claims["azp"])}`;
  return Number(claims["exp"]) - Number(claims["iat"]) === 3600 ? undefined : "exp is not iat + 3600";
}

function full(claims: Claims, licences: boolean): string | undefined {
  const machine = claims.google?.compute_engine;
  const expected = `instance_creation_timestamp,instance_id,instance_name,${licences ? "license_id," : ""}project_id,project_number,zone`;
  const problem = keysAre(claims, "aud,azp,email,email_verified,exp,google,iat,iss,sub") ?? keysAre(machine, expected);
  if (problem !== undefined || machine === undefined) return problem ?? "no compute_engine";
  if (claims["email_verified"] !== true || !/^.+@.+$/.test(String(claims["email"]))) return "e-mail is not verified";
  if (typeof machine["instance_id"] !== "string") return "instance_id is no string";
  if (typeof machine["project_number"] !== "number" || typeof machine["instance_creation_timestamp"] !== "number") return "numbers are no numbers";
  if (licences && !(Array.isArray(machine["license_id"]) && machine["license_id"].every((id) => typeof id === "string"))) return "license_id is no list of strings";
  return /^[a-z]+-[a-z]+\d-[a-z]$/.test(String(machine["zone"])) ? undefined : `zone is ${String(machine["zone"])}`;
}

const identity = (body: BodyRule) => ({ status: 200, headers: { "Content-Type": "text/html" }, body });
const noAudience = { status: 400, headers: { "Content-Type": /^text\/html/ }, absent: ["ETag"], body: { contains: ["non-empty audience parameter required"] } };

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
    expect: identity(jwt("standard claims", (claims) => standard(claims) ?? (claims["aud"] === "https://foo.bar" ? undefined : `aud is ${String(claims["aud"])}`))),
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
    expect: identity(jwt("the audience", (claims) => (claims["aud"] === "https://foo.bar/x?y=z" ? undefined : `aud is ${String(claims["aud"])}`))),
  },
  {
    id: "identity-audience-escaped",
    grade: "CONFIRMED",
    title: "An audience may be escaped",
    request: { target: `${account}/identity?audience=https%3A%2F%2Ffoo.bar%2F%3Fa%26b` },
    expect: identity(jwt("the audience", (claims) => (claims["aud"] === "https://foo.bar/?a&b" ? undefined : `aud is ${String(claims["aud"])}`))),
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
        const got = [email, machine["instance_id"], machine["instance_name"], machine["project_id"], machine["project_number"], machine["zone"]].join();
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
    expect: identity(jwt("its e-mail", (claims) => (claims["email"] === rich.other ? undefined : `email is ${String(claims["email"])}`))),
  },
  {
    id: "identity-verifies",
    grade: "OURS",
    title: "The local issuer's identity is one that its own tokeninfo accepts",
    before: [{ request: { target: `${account}/identity?audience=https://foo.bar` }, expect: { status: 200 }, remember: { token: "body" } }],
    request: { target: "/emulator/v1/issuer/tokeninfo?id_token={token}" },
    expect: { status: 200, standing: false, body: { contains: ['"https://foo.bar"'] } },
  },
]);

/** Rules about accounts. */
export const accountRules: readonly Rule[] = [...listings];
/** Rules about access tokens and identities. */
export const tokenRules: readonly Rule[] = [...tokens, ...identities];
