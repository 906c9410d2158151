import { describe, expect, it } from "vitest";
import { type Case, federation, key, load, local, problems, sourceOf } from "./fixture.ts";

const files = {
  "sa.json": key,
  "flag.json": { ...key, client_email: "flag@p" },
  "sts.json": federation,
  "broken.json": "{",
  "list.json": "[]",
};
const adc = { GOOGLE_APPLICATION_CREDENTIALS: "sa.json" };
const json = { GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify({ ...key, client_email: "json@p" }) };
const sts = { GOOGLE_APPLICATION_CREDENTIALS: "sts.json" };
const config = { accounts: { default: { source: { ...key, client_email: "config@p" } } } };
const iam = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts";
const withUrl = (email: string) => ({
  ...federation,
  service_account_impersonation_url: `${iam}/${email}:generateAccessToken`,
});
const impersonated = (serviceAccount: string, base: unknown, delegates: string[] = []) => ({
  type: "impersonated",
  serviceAccount,
  delegates,
  base,
});

interface Row extends Case {
  readonly name: string;
  readonly source: unknown;
  readonly origin: string;
}

const rows: readonly Row[] = [
  { name: "nothing: the local issuer", source: local, origin: "the local issuer" },
  { name: "the file of GOOGLE_APPLICATION_CREDENTIALS", env: adc, source: key, origin: 'credential file "sa.json"' },
  {
    name: "the JSON variable before the path",
    env: { ...adc, ...json },
    source: { ...key, client_email: "json@p" },
    origin: "GOOGLE_APPLICATION_CREDENTIALS_JSON",
  },
  {
    name: "--service-account-file before the variables",
    flags: { serviceAccountFile: "flag.json" },
    env: { ...adc, ...json },
    source: { ...key, client_email: "flag@p" },
    origin: 'credential file "flag.json"',
  },
  { name: "a variable before the configuration", env: adc, config, source: key, origin: 'credential file "sa.json"' },
  {
    name: "the configuration",
    config,
    source: { ...key, client_email: "config@p" },
    origin: "accounts.default.source",
  },
  {
    name: "an access token alone",
    env: { GOOGLE_ACCESS_TOKEN: "at" },
    source: { type: "static", accessToken: "at" },
    origin: "GOOGLE_ACCESS_TOKEN",
  },
  {
    name: "an ID token alone",
    env: { GOOGLE_ID_TOKEN: "id" },
    source: { type: "static", idToken: "id" },
    origin: "GOOGLE_ID_TOKEN",
  },
  {
    name: "both tokens over a file",
    env: { ...adc, GOOGLE_ACCESS_TOKEN: "at", GOOGLE_ID_TOKEN: "id" },
    source: { type: "static", accessToken: "at", idToken: "id", base: key },
    origin: 'GOOGLE_ACCESS_TOKEN over credential file "sa.json"',
  },
  {
    name: "a token over the configuration",
    env: { GOOGLE_ID_TOKEN: "id" },
    config,
    source: { type: "static", idToken: "id", base: { ...key, client_email: "config@p" } },
    origin: "GOOGLE_ID_TOKEN over accounts.default.source",
  },
  {
    name: "a token without the local issuer beneath it",
    env: { GOOGLE_ACCESS_TOKEN: "at" },
    config: { accounts: { default: { source: local } } },
    source: { type: "static", accessToken: "at" },
    origin: "GOOGLE_ACCESS_TOKEN",
  },
  {
    name: "--impersonate over a file",
    flags: { impersonate: true, serviceAccountEmail: "t@p", serviceAccountFile: "sa.json" },
    source: impersonated("t@p", key),
    origin: 'credential file "sa.json"',
  },
  {
    name: "--impersonate with the e-mail of a variable",
    flags: { impersonate: true },
    env: { ...adc, GOOGLE_ACCOUNT_EMAIL: "t@p" },
    source: impersonated("t@p", key),
    origin: 'credential file "sa.json"',
  },
  {
    name: "--impersonate with the e-mail of the incumbent's file",
    flags: { impersonate: true, projectId: "p" },
    env: adc,
    config: { computeMetadata: { v1: { instance: { serviceAccounts: { default: { email: "t@$PROJECT.x" } } } } } },
    source: impersonated("t@p.x", key),
    origin: 'credential file "sa.json"',
  },
  {
    name: "impersonation and delegates by variables",
    env: {
      ...adc,
      GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p",
      GOOGLE_IMPERSONATE_DELEGATES: "a@p, projects/-/serviceAccounts/b@p",
    },
    source: impersonated("t@p", key, ["a@p", "projects/-/serviceAccounts/b@p"]),
    origin: 'credential file "sa.json"',
  },
  {
    name: "--delegates before the variable",
    flags: { delegates: ["flag@p"] },
    env: { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p", GOOGLE_IMPERSONATE_DELEGATES: "a@p" },
    source: impersonated("t@p", key, ["flag@p"]),
    origin: 'credential file "sa.json"',
  },
  {
    name: "tokens over an impersonation",
    env: { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p", GOOGLE_ID_TOKEN: "id" },
    source: { type: "static", idToken: "id", base: impersonated("t@p", key) },
    origin: 'GOOGLE_ID_TOKEN over credential file "sa.json"',
  },
  {
    name: "an e-mail that is only shown",
    flags: { serviceAccountEmail: "t@p" },
    env: adc,
    source: key,
    origin: 'credential file "sa.json"',
  },
  {
    name: "--federate alone",
    flags: { federate: true },
    env: sts,
    source: federation,
    origin: 'credential file "sts.json"',
  },
  {
    name: "--federate with an e-mail",
    flags: { federate: true, serviceAccountEmail: "t@p" },
    env: sts,
    source: impersonated("t@p", federation),
    origin: 'credential file "sts.json"',
  },
  {
    name: "federation with the binding and no flag",
    env: { ...sts, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p" },
    source: impersonated("t@p", federation),
    origin: 'credential file "sts.json"',
  },
  {
    name: "--federate with a file that impersonates",
    flags: { federate: true },
    env: sts,
    files: { "sts.json": withUrl("t@p") },
    source: withUrl("t@p"),
    origin: 'credential file "sts.json"',
  },
  {
    name: "--federate with a file that impersonates the same e-mail",
    flags: { federate: true, serviceAccountEmail: "t@p" },
    env: sts,
    files: { "sts.json": withUrl("t%40p") },
    source: withUrl("t%40p"),
    origin: 'credential file "sts.json"',
  },
  {
    name: "--federate with a file that impersonates another e-mail",
    flags: { federate: true, serviceAccountEmail: "t@p" },
    env: sts,
    files: { "sts.json": withUrl("other@p") },
    source: impersonated("t@p", withUrl("other@p")),
    origin: 'credential file "sts.json"',
  },
];

describe("the default account's source", () => {
  it.each(rows)("is $name", async ({ source, origin, ...given }) => {
    const main = (await load({ files, ...given })).accounts.default;
    expect(main?.source).toEqual(source);
    expect(main?.origin).toBe(origin);
  });

  it("shows the impersonated e-mail, unless another one is given", async () => {
    const env = { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p" };
    expect((await load({ env, files })).accounts.default?.email).toBe("t@p");
    expect((await load({ env: { ...env, GOOGLE_ACCOUNT_EMAIL: "shown@p" }, files })).accounts.default?.email).toBe(
      "shown@p",
    );
    expect((await load({ env: adc, files })).accounts.default?.email).toBeUndefined();
  });

  it("reads a file that begins with a byte order mark", async () => {
    expect(await sourceOf({ env: adc, files: { "sa.json": `\uFEFF${JSON.stringify(key)}` } })).toEqual(key);
  });
});

const failures: readonly (readonly [string, Case, string])[] = [
  [
    "a missing file",
    { env: { GOOGLE_APPLICATION_CREDENTIALS: "x.json" } },
    'GOOGLE_APPLICATION_CREDENTIALS: Cannot read credential file "x.json": no such file',
  ],
  [
    "a file that is not JSON",
    { flags: { serviceAccountFile: "broken.json" } },
    '--service-account-file: Cannot read credential file "broken.json": not valid JSON',
  ],
  [
    "a file that is not an object",
    { flags: { serviceAccountFile: "list.json" } },
    '--service-account-file: Cannot read credential file "list.json": must be a JSON object',
  ],
  [
    "a runtime without files",
    { noFiles: true, env: adc },
    'GOOGLE_APPLICATION_CREDENTIALS: Cannot read credential file "sa.json": test has no files; put its content into GOOGLE_APPLICATION_CREDENTIALS_JSON',
  ],
  [
    "JSON in the place of a path",
    { env: { GOOGLE_APPLICATION_CREDENTIALS: json.GOOGLE_APPLICATION_CREDENTIALS_JSON } },
    "GOOGLE_APPLICATION_CREDENTIALS: Must be a path, not JSON; that goes into GOOGLE_APPLICATION_CREDENTIALS_JSON",
  ],
  [
    "a path in the place of JSON",
    { env: { GOOGLE_APPLICATION_CREDENTIALS_JSON: "sa.json" } },
    "GOOGLE_APPLICATION_CREDENTIALS_JSON: Cannot read the credential: not valid JSON",
  ],
  [
    "--impersonate without a base",
    { flags: { impersonate: true, serviceAccountEmail: "t@p" } },
    "--impersonate: Needs a base credential",
  ],
  [
    "an impersonation variable without a base",
    { env: { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p" } },
    "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: Needs a base credential",
  ],
  [
    "--impersonate over the local issuer",
    { flags: { impersonate: true, serviceAccountEmail: "t@p" }, config: { accounts: { default: { source: local } } } },
    "--impersonate: Needs a base credential",
  ],
  [
    "--impersonate without an e-mail",
    { flags: { impersonate: true }, env: adc },
    "--impersonate: Needs the e-mail of the account to impersonate",
  ],
  [
    "--impersonate of something that is no e-mail",
    { flags: { impersonate: true, serviceAccountEmail: "a:b" }, env: adc },
    "--service-account-email: Must be an e-mail address",
  ],
  [
    "delegates of nothing",
    { flags: { delegates: ["a@p"] }, env: adc },
    "--delegates: Names a delegation chain, but nothing is impersonated",
  ],
  [
    "a gap in the delegates",
    { env: { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@p", GOOGLE_IMPERSONATE_DELEGATES: "a@p,,b@p" } },
    "GOOGLE_IMPERSONATE_DELEGATES: Has an empty element",
  ],
  [
    "--federate without a file",
    { flags: { federate: true } },
    "--federate: Set GOOGLE_APPLICATION_CREDENTIALS to the path of an external_account file",
  ],
  [
    "--federate with a key",
    { flags: { federate: true }, env: adc },
    '--federate: Needs a credential of type external_account; credential file "sa.json" is of another type',
  ],
  [
    "--federate beside a key file",
    { flags: { federate: true, serviceAccountFile: "sa.json" }, env: sts },
    "--federate: Takes its credential from GOOGLE_APPLICATION_CREDENTIALS",
  ],
  [
    "a token with a line break inside",
    { env: { GOOGLE_ACCESS_TOKEN: "SECRET-KEY\nx" } },
    "GOOGLE_ACCESS_TOKEN: Must be a token",
  ],
];

describe("a credential that cannot be used", () => {
  it.each(failures)("is one clear line: %s", async (_, given, line) => {
    const lines = await problems({ files, ...given });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
    expect(lines.join()).not.toContain("SECRET-KEY");
  });
});
