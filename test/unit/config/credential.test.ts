import { describe, expect, it } from "vitest";
import { load, problems } from "./fixture.ts";

const key = { type: "service_account", client_email: "k@p.iam.gserviceaccount.com" };
const federated = { type: "external_account", audience: "a" };
const withUrl = {
  ...federated,
  service_account_impersonation_url:
    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/u@x:generateAccessToken",
};
const files = {
  "sa.json": JSON.stringify(key),
  "wif.json": JSON.stringify(federated),
  "url.json": JSON.stringify(withUrl),
};
const adc = { GOOGLE_APPLICATION_CREDENTIALS: "sa.json" };

describe("the default account's source", () => {
  it("is the flag's file before the variables before the configuration", async () => {
    const source = async (given: object) => (await load({ files, ...given })).accounts.default;
    const config = { accounts: { default: { source: { type: "http", url: "http://127.0.0.1" } } } };
    const env = { ...adc, GOOGLE_APPLICATION_CREDENTIALS_JSON: '{"type":"authorized_user"}' };
    expect(await source({ config })).toMatchObject({ source: { type: "http" }, origin: "accounts.default.source" });
    expect(await source({ config, env: adc })).toMatchObject({ source: key, origin: 'credential file "sa.json"' });
    expect(await source({ config, env })).toMatchObject({
      source: { type: "authorized_user" },
      origin: "GOOGLE_APPLICATION_CREDENTIALS_JSON",
    });
    expect(await source({ config, env, flags: { serviceAccountFile: "wif.json" } })).toMatchObject({
      source: federated,
    });
  });

  it.each([
    [{ flags: { impersonate: true, serviceAccountEmail: "t@x" }, env: adc }, "t@x", "t@x"],
    [{ flags: { impersonate: true }, env: { ...adc, GOOGLE_ACCOUNT_EMAIL: "e@x" } }, "e@x", "e@x"],
    [{ env: { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "v@x" } }, "v@x", "v@x"],
    [
      { flags: { serviceAccountEmail: "shown@x" }, env: { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "v@x" } },
      "v@x",
      "shown@x",
    ],
    [
      {
        flags: { impersonate: true, serviceAccountFile: "sa.json" },
        config: { accounts: { default: { email: "c@x" } } },
      },
      "c@x",
      "c@x",
    ],
  ])("impersonates: %j", async (given, serviceAccount, email) => {
    const { accounts } = await load({ files, ...given });
    expect(accounts.default).toEqual({
      email,
      source: { type: "impersonated", serviceAccount, delegates: [], base: key },
      origin: 'credential file "sa.json"',
    });
  });

  it("impersonates the e-mail of the incumbent's file", async () => {
    const config = {
      computeMetadata: { v1: { instance: { serviceAccounts: { default: { email: "i@x", scopes: ["s"] } } } } },
    };
    const { accounts } = await load({ files, env: adc, flags: { impersonate: true }, config });
    expect(accounts.default?.source).toMatchObject({ type: "impersonated", serviceAccount: "i@x" });
  });

  it("carries delegates, by flag or variable", async () => {
    const env = { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "v@x", GOOGLE_IMPERSONATE_DELEGATES: "a@x,b@x" };
    expect((await load({ files, env })).accounts.default?.source.delegates).toEqual(["a@x", "b@x"]);
    expect((await load({ files, env, flags: { delegates: ["c@x"] } })).accounts.default?.source.delegates).toEqual([
      "c@x",
    ]);
  });

  it("does not impersonate when a flag says so, or only an e-mail is shown", async () => {
    const env = { ...adc, GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "v@x" };
    expect((await load({ files, env, flags: { impersonate: false } })).accounts.default?.source).toEqual(key);
    expect((await load({ files, env: adc, flags: { serviceAccountEmail: "s@x" } })).accounts.default).toMatchObject({
      email: "s@x",
      source: key,
    });
  });

  it.each([
    ["wif.json", {}, federated],
    [
      "wif.json",
      { serviceAccountEmail: "t@x" },
      { type: "impersonated", serviceAccount: "t@x", delegates: [], base: federated },
    ],
    ["url.json", {}, withUrl],
    ["url.json", { serviceAccountEmail: "u@x" }, withUrl],
    [
      "url.json",
      { serviceAccountEmail: "t@x" },
      { type: "impersonated", serviceAccount: "t@x", delegates: [], base: withUrl },
    ],
  ])("federates with %s and %j", async (file, flags, source) => {
    const { accounts } = await load({
      files,
      env: { GOOGLE_APPLICATION_CREDENTIALS: file },
      flags: { federate: true, ...flags },
    });
    expect(accounts.default?.source).toEqual(source);
  });

  it("puts static tokens over a real credential, each on its own, and never over the local issuer", async () => {
    const source = async (env: Record<string, string>, config?: object) =>
      (await load({ files, env, config })).accounts.default?.source;
    expect(await source({ GOOGLE_ACCESS_TOKEN: "a" })).toEqual({ type: "static", accessToken: "a" });
    expect(await source({ GOOGLE_ID_TOKEN: "i", ...adc })).toEqual({ type: "static", idToken: "i", base: key });
    expect(
      await source({ GOOGLE_ACCESS_TOKEN: "a" }, { accounts: { default: { source: { type: "local" } } } }),
    ).toEqual({ type: "static", accessToken: "a" });
    const chain = { ...adc, GOOGLE_ACCESS_TOKEN: "a", GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "v@x" };
    expect(await source(chain)).toMatchObject({
      type: "static",
      accessToken: "a",
      base: { type: "impersonated", base: key },
    });
  });

  it.each<[string, Parameters<typeof problems>[0], string]>([
    ["no base", { flags: { impersonate: true, serviceAccountEmail: "t@x" } }, "--impersonate: Needs a base credential"],
    [
      "no base for the variable",
      { env: { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "t@x" } },
      "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: Needs a base",
    ],
    [
      "the local issuer as base",
      {
        flags: { impersonate: true, serviceAccountEmail: "t@x" },
        config: { accounts: { default: { source: { type: "local" } } } },
      },
      "Needs a base credential",
    ],
    ["no e-mail", { files, env: adc, flags: { impersonate: true } }, "--impersonate: Needs the e-mail"],
    ["delegates alone", { files, env: adc, flags: { delegates: ["a@x"] } }, "--delegates: Names a delegation chain"],
    ["nothing to federate", { flags: { federate: true } }, "--federate: Set GOOGLE_APPLICATION_CREDENTIALS"],
    [
      "a key to federate",
      { files, env: adc, flags: { federate: true } },
      "--federate: Needs a credential of type external_account",
    ],
    [
      "two files",
      { files, env: adc, flags: { federate: true, serviceAccountFile: "sa.json" } },
      "drop --service-account-file",
    ],
    [
      "no file",
      { flags: { serviceAccountFile: "x.json" } },
      '--service-account-file: Cannot read credential file "x.json": no such file',
    ],
    [
      "no JSON",
      { flags: { serviceAccountFile: "x" }, files: { x: "-----BEGIN" } },
      'Cannot read credential file "x": not valid JSON',
    ],
    [
      "no object",
      { env: { GOOGLE_APPLICATION_CREDENTIALS_JSON: "1" } },
      "GOOGLE_APPLICATION_CREDENTIALS_JSON: Cannot read the credential: must be",
    ],
    ["no files here", { env: adc, noFiles: true }, "put its content into GOOGLE_APPLICATION_CREDENTIALS_JSON"],
  ])("is refused: %s", async (_name, given, part) => {
    const found = await problems(given);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(part);
  });
});

describe("accounts", () => {
  it("keeps several, an e-mail as key being the e-mail", async () => {
    const config = {
      accounts: {
        "a@x": {},
        ci: { email: "ci@x", source: { type: "impersonated", serviceAccount: "ci@x", base: "default" } },
      },
    };
    const { accounts } = await load({ config, files, env: adc });
    expect(Object.keys(accounts)).toEqual(["default", "a@x", "ci"]);
    expect(accounts["a@x"]).toEqual({ email: "a@x", source: { type: "local" }, origin: "accounts.a@x.source" });
  });

  const from = (base: unknown) => ({ source: { type: "impersonated", serviceAccount: "s@x", base } });
  it.each([
    [{ ci: from("defautl") }, 'accounts.ci.source.base: Unknown account, did you mean "default"?'],
    [{ ci: from({ type: "static", base: "nobody" }) }, "accounts.ci.source.base.base: Unknown account"],
    [{ default: {}, a: from("b"), b: from("a") }, "accounts.a.source: Is its own base: a -> b -> a"],
    [{ default: from("default") }, "accounts.default.source: Is its own base"],
  ])("refuses bases %j", async (accounts, part) => {
    expect((await problems({ config: { accounts } })).join("\n")).toContain(part);
  });
});
