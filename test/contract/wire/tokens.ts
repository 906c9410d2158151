/**
 * Access tokens (mds-behaviour.md 6.1; clients.md R9 to R12, R25).
 *
 * @module
 */
import { account, badRequest, document, instance, jsonThat, notFound } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const accounts = `${instance}/service-accounts`;
const own = `${accounts}/${rich.email}`;
const other = `${accounts}/${rich.other}`;

const tokenBody: BodyRule = jsonThat(
  "access_token, expires_in, token_type in this order",
  (value: Record<string, unknown>) => {
    if (Object.keys(value).join() !== "access_token,expires_in,token_type") return `has ${Object.keys(value).join()}`;
    if (typeof value.access_token !== "string" || value.access_token === "") return "access_token is no string";
    if (value.token_type !== "Bearer") return `token_type is ${String(value.token_type)}`;
    const left = value.expires_in;
    return Number.isInteger(left) && Number(left) > 360 && Number(left) <= 3600
      ? undefined
      : `expires_in is ${String(left)}`;
  },
);
const token = document(tokenBody);
const [cloudPlatform, userinfo] = rich.scopes;

const tokens = section("6.1", [
  {
    id: "token",
    grade: "CONFIRMED",
    title: "A token is one line of JSON with three members (R11, R12)",
    request: { target: `${account}/token` },
    expect: token,
  },
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
    expect: document({
      says: "another token",
      check: (body, { token: first }) => (body.includes(String(first)) ? "the same token" : undefined),
    }),
  },
  {
    id: "token-cached",
    grade: "CONFIRMED",
    title: "The same token is served again",
    before: [{ request: { target: `${account}/token` }, expect: token, remember: { token: { json: "access_token" } } }],
    request: { target: `${account}/token` },
    expect: document({
      says: "the same token",
      check: (body, { token: first }) => (body.includes(`"${first}"`) ? undefined : "another token"),
    }),
  },
  ...[
    "recursive=true",
    "alt=json",
    "audience=x",
    "transport=MTLS&binding-enforcement=on",
    "bindCertificateFingerprint=ab",
    "scopes=",
  ].map((query) => ({
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
    expect: document({
      says: "the same token",
      check: (body, { token: first }) => (body.includes(`"${first}"`) ? undefined : "another token"),
    }),
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
    expect: {
      status: 200,
      standing: false,
      body: jsonThat("only that scope", (info: { scope?: string }) =>
        info.scope === userinfo ? undefined : `scope is ${info.scope}`,
      ),
    },
  })),
  {
    id: "token-enforced-by-project",
    grade: "CONFIRMED",
    setup: "rich",
    title: "enable-access-token-enforce-scopes in the project's attributes does the same",
    before: [
      {
        request: { target: `${account}/token?scopes=${userinfo}` },
        expect: token,
        remember: { token: { json: "access_token" } },
      },
    ],
    request: { target: "/emulator/v1/issuer/tokeninfo?access_token={token}" },
    expect: {
      status: 200,
      standing: false,
      body: jsonThat("only that scope", (info: { scope?: string }) =>
        info.scope === userinfo ? undefined : `scope is ${info.scope}`,
      ),
    },
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
      body: jsonThat("both scopes", (info: { scope?: string }) =>
        info.scope?.split(" ").sort().join() === [...rich.scopes].sort().join() ? undefined : `scope is ${info.scope}`,
      ),
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

/** Rules about access tokens. */
export const tokenRules: readonly Rule[] = tokens;
