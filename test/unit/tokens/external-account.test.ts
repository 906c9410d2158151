import { describe, expect, it } from "vitest";
import { externalAccount } from "../../../worker/tokens/sources/external-account.ts";
import type { AccessTokenRequest, Endpoints, TokenSource } from "../../../worker/tokens/types.ts";
import {
  type Answer,
  AUDIENCE,
  everyWord,
  failureOf,
  makeWorld,
  NOW,
  type SentCall,
  type World,
  type WorldOptions,
} from "./suppliers/fixture.ts";

const STS = "https://sts.googleapis.com/v1/token";
const ACCOUNT = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ci@p.iam.gserviceaccount.com";
const SUBJECT = "subject-s3cret-of-usual-length";
const FEDERATED = "ya29.federated-s3cret";
const WORKFORCE = "//iam.googleapis.com/locations/global/workforcePools/pool/providers/oidc";

const file = {
  type: "external_account",
  audience: AUDIENCE,
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: STS,
  credential_source: { file: "/token" },
  field_of_a_later_year: {},
};
const impersonating = { ...file, service_account_impersonation_url: `${ACCOUNT}:generateAccessToken` };

const defaults: Endpoints = {
  oauthToken: "https://oauth2.googleapis.com/token",
  sts: "https://sts.googleapis.com",
  iamCredentials: "https://iamcredentials.googleapis.com",
};

async function build(config: object, world: World, endpoints: Partial<Endpoints> = {}): Promise<TokenSource> {
  return externalAccount.build(
    { ...config },
    {
      platform: world.platform,
      endpoints: { ...defaults, ...endpoints },
      origin: 'credential file "wif.json"',
      create: () => Promise.reject(new Error("no other source in this test")),
    },
  );
}

function google(broken: Readonly<Record<string, () => Response>> = {}): Answer {
  const exp = Math.floor(NOW / 1000) + 3600;
  const part = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const answers: Record<string, () => Response> = {
    token: () => Response.json({ access_token: FEDERATED, expires_in: 3599, token_type: "Bearer" }),
    generateAccessToken: () => Response.json({ accessToken: "impersonated", expireTime: "2026-11-24T09:09:10Z" }),
    generateIdToken: () => Response.json({ token: `${part({ alg: "RS256" })}.${part({ exp })}.AAAA` }),
    ...broken,
  };
  return ({ url }) => (answers[/\w+$/.exec(url)?.[0] ?? ""] ?? (() => new Response("", { status: 404 })))();
}
const makeGoogle = (options: WorldOptions = {}) =>
  makeWorld({ files: { "/token": SUBJECT }, answer: google(), ...options });

const signal = () => new AbortController().signal;
const access = (source: TokenSource, request: AccessTokenRequest = { scopes: ["scope-a", "scope-b"] }) =>
  source.accessToken?.(request, signal()) ?? Promise.reject(new Error("no access tokens"));
const form = (call: SentCall | undefined) => Object.fromEntries(new URLSearchParams(call?.body));

describe("an external account without impersonation", () => {
  it("exchanges the subject token for the caller's scopes", async () => {
    const world = makeGoogle();
    const source = await build(file, world);
    expect(await access(source)).toEqual({ value: FEDERATED, expiresAt: NOW + 3599_000 });
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]).toMatchObject({ method: "POST", url: STS });
    expect(world.calls[0]?.headers.get("authorization")).toBeNull();
    expect(form(world.calls[0])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      audience: AUDIENCE,
      scope: "scope-a scope-b",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      subject_token: SUBJECT,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    });
    expect(source.email).toBeUndefined();
  });

  it("makes no ID tokens and says what would", async () => {
    const source = await build(file, makeGoogle());
    expect(source.idToken).toBeUndefined();
    expect(source.idTokenRefusal).toContain("impersonate a service account");
  });

  it("names the project of a workforce pool", async () => {
    const world = makeGoogle();
    await access(await build({ ...file, audience: WORKFORCE, workforce_pool_user_project: "billed" }, world));
    expect(JSON.parse(form(world.calls[0]).options ?? "")).toEqual({ userProject: "billed" });
  });

  it("authenticates its OAuth client instead, where the file has one", async () => {
    const world = makeGoogle();
    const client = { client_id: "id", client_secret: "s3cret", workforce_pool_user_project: "billed" };
    await access(await build({ ...file, audience: WORKFORCE, ...client }, world));
    expect(world.calls[0]?.headers.get("authorization")).toBe(`Basic ${btoa("id:s3cret")}`);
    expect(form(world.calls[0]).options).toBeUndefined();
  });

  it.each([
    ["the default", {}, {}, {}, STS],
    [
      "the mTLS host for certificates",
      { credential_source: { certificate: { certificate_config_location: "/c" } } },
      {},
      {},
      "https://sts.mtls.googleapis.com/v1/token",
    ],
    [
      "another universe's",
      { universe_domain: "apis.example" },
      { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "apis.example" },
      {},
      "https://sts.apis.example/v1/token",
    ],
    ["the override", {}, {}, { sts: "http://127.0.0.1:9/sts" }, "http://127.0.0.1:9/sts/v1/token"],
    [
      "the override, whatever the universe of a file without URL",
      { universe_domain: "apis.example" },
      {},
      { sts: "http://127.0.0.1:9/sts" },
      "http://127.0.0.1:9/sts/v1/token",
    ],
    [
      "the file's own, whatever the override",
      { token_url: "http://localhost:7/token" },
      {},
      { sts: "http://127.0.0.1:9/sts" },
      "http://localhost:7/token",
    ],
  ])("calls %s", async (_name, more, env, endpoints, url) => {
    const pem = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----";
    const c = JSON.stringify({ cert_configs: { workload: { cert_path: "/pem", key_path: "/pem" } } });
    const world = makeGoogle({ env, files: { "/token": SUBJECT, "/c": c, "/pem": pem } });
    const { token_url: _, ...without } = file;
    const source = await build({ ...without, ...more }, world, endpoints);
    await access(source);
    expect(world.calls[0]?.url).toBe(url);
    expect(source.universeDomain).toBe("universe_domain" in more ? more.universe_domain : undefined);
  });
});

describe("an external account with impersonation", () => {
  it("asks the STS for cloud-platform and IAM for the caller's scopes", async () => {
    const world = makeGoogle();
    const source = await build(impersonating, world);
    expect(source.email).toBe("ci@p.iam.gserviceaccount.com");
    expect(await access(source)).toEqual({ value: "impersonated", expiresAt: Date.parse("2026-11-24T09:09:10Z") });
    expect(world.calls.map(({ url }) => url)).toEqual([STS, `${ACCOUNT}:generateAccessToken`]);
    expect(form(world.calls[0]).scope).toBe("https://www.googleapis.com/auth/cloud-platform");
    expect(world.calls[1]?.headers.get("authorization")).toBe(`Bearer ${FEDERATED}`);
    expect(JSON.parse(world.calls[1]?.body ?? "")).toMatchObject({ scope: ["scope-a", "scope-b"], lifetime: "3600s" });
  });

  it.each([
    ["the file's", 1800, undefined, "1800s"],
    ["the request's", 1800, 900, "900s"],
  ])("uses %s lifetime", async (_name, token_lifetime_seconds, lifetime, sent) => {
    const world = makeGoogle();
    const source = await build({ ...impersonating, service_account_impersonation: { token_lifetime_seconds } }, world);
    await access(source, { scopes: ["a"], ...(lifetime === undefined ? {} : { lifetime }) });
    expect(JSON.parse(world.calls[1]?.body ?? "").lifetime).toBe(sent);
  });

  it("makes ID tokens by impersonation", async () => {
    const world = makeGoogle();
    const source = await build(impersonating, world);
    const token = await source.idToken?.({ audience: "https://x.example", format: "full", licenses: false }, signal());
    expect(token?.expiresAt).toBe((Math.floor(NOW / 1000) + 3600) * 1000);
    expect(world.calls.map(({ url }) => url)).toEqual([STS, `${ACCOUNT}:generateIdToken`]);
    expect(JSON.parse(world.calls[1]?.body ?? "")).toMatchObject({ audience: "https://x.example", includeEmail: true });
  });

  it("tells an executable whom it impersonates", async () => {
    const response = { version: 1, success: true, token_type: "urn:ietf:params:oauth:token-type:jwt", id_token: "t" };
    const env = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1" };
    const program = () => ({ exitCode: 0, stdout: JSON.stringify(response), stderr: "" });
    const world = makeGoogle({ env, program });
    await access(await build({ ...impersonating, credential_source: { executable: { command: "t" } } }, world));
    expect(world.programs[0]?.options.env.GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL).toBe(
      "ci@p.iam.gserviceaccount.com",
    );
  });

  it("shows the certificate to STS and IAM alike, but never without TLS", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----";
    const c = JSON.stringify({ cert_configs: { workload: { cert_path: "/pem", key_path: "/key" } } });
    const certificate = { certificate: { certificate_config_location: "/c" } };
    const config = {
      ...impersonating,
      token_url: "https://sts.mtls.googleapis.com/v1/token",
      credential_source: certificate,
    };
    for (const [iamCredentials, shown] of [
      [defaults.iamCredentials, true],
      ["http://127.0.0.1:9", false],
    ] as const) {
      const world = makeGoogle({ files: { "/c": c, "/pem": pem, "/key": "key" } });
      await access(await build(config, world, { iamCredentials }));
      expect(world.calls.map((call) => call.certificate !== undefined)).toEqual([true, shown]);
      expect(world.calls[0]?.certificate).toEqual({ certificate: pem, privateKey: "key" });
      expect(form(world.calls[0]).subject_token).toBe('["QUJD"]');
    }
  });
});

describe("a failure of an external account", () => {
  const oauthError = () =>
    Response.json({ error: "invalid_grant", error_description: `bad ${SUBJECT} ${FEDERATED}` }, { status: 400 });
  const iamError = () =>
    Response.json({ error: { code: 403, status: "PERMISSION_DENIED", message: `no ${FEDERATED}` } }, { status: 403 });
  it.each<[string, WorldOptions, object]>([
    ["without subject token", { files: {} }, { step: "subject token", failure: "unavailable" }],
    ["at the STS", { answer: google({ token: oauthError }) }, { step: "STS", failure: "rejected", status: 400 }],
    [
      "with an STS that is down",
      { answer: google({ token: () => new Response("", { status: 503 }) }) },
      { step: "STS", failure: "unavailable" },
    ],
    [
      "with an STS that talks nonsense",
      { answer: google({ token: () => new Response(FEDERATED) }) },
      { step: "STS", failure: "garbage" },
    ],
    [
      "at IAM",
      { answer: google({ generateAccessToken: iamError }) },
      { step: "impersonation", failure: "rejected", status: 403 },
    ],
  ])("%s names its step and no secret", async (_name, options, expected) => {
    const world = makeGoogle(options);
    const error = await failureOf(access(await build(impersonating, world)));
    expect(error).toMatchObject(expected);
    expect(everyWord(error)).not.toContain("s3cret");
    expect(world.logs.join("\n")).not.toContain("s3cret");
  });
});

describe("an external account's file", () => {
  it.each([
    ["a forged token URL", { token_url: "https://evil.example/v1/token" }, "token_url"],
    ["a token URL without TLS", { token_url: "http://sts.googleapis.com/v1/token" }, "token_url"],
    [
      "a token URL that looks like Google's",
      { token_url: "https://sts.googleapis.com.evil.example/v1/token" },
      "token_url",
    ],
    ["a forged introspection URL", { token_info_url: "https://evil.example/" }, "token_info_url"],
    [
      "a forged impersonation URL",
      { service_account_impersonation_url: `https://evil.example/serviceAccounts/a@b:generateAccessToken` },
      "service_account_impersonation_url",
    ],
    [
      "an impersonation URL of another verb",
      { service_account_impersonation_url: `${ACCOUNT}:signBlob` },
      "must end in",
    ],
    ["an unknown universe", { token_url: undefined, universe_domain: "evil.example" }, "universe_domain"],
    ["a project with a workload pool", { workforce_pool_user_project: "p" }, "workforce_pool_user_project"],
    ["no audience", { audience: undefined }, ""],
    ["no credential source", { credential_source: undefined }, ""],
    ["two credential sources", { credential_source: { file: "/token", url: "https://x.example/" } }, ""],
    ["too long a lifetime", { service_account_impersonation: { token_lifetime_seconds: 43_201 } }, "at most 43200"],
  ])("is refused with %s, before anything is sent", async (_name, more, sentence) => {
    const world = makeGoogle();
    await expect(async () => build(JSON.parse(JSON.stringify({ ...file, ...more })), world)).rejects.toThrow(sentence);
    expect(world.calls).toHaveLength(0);
  });
});
