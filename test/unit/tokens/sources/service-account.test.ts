import { createPrivateKey } from "node:crypto";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, exportJWK, importPKCS8, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import {
  accessToken,
  audience,
  buildSource,
  cloudPlatform,
  idToken,
  startMs,
  storage,
} from "../../../contract/source-world.ts";
import { createFakeGoogle, type FakeGoogle } from "../../../fakes/google.ts";

const email = "ci@fake-project.iam.gserviceaccount.com";
const key = (google: FakeGoogle) => google.directory.createServiceAccount(email);
const assertionOf = (google: FakeGoogle) => new URLSearchParams(google.requests.at(-1)?.body).get("assertion") ?? "";

describe("service_account", () => {
  it("asserts exactly the claims of the grant, for one hour, with the key's id", async () => {
    const { google, source } = await buildSource(async (fake) => ({ config: await key(fake) }));
    await accessToken(source, { scopes: [cloudPlatform, storage] });
    const now = startMs / 1000;
    expect(decodeJwt(assertionOf(google))).toEqual({
      iss: email,
      aud: "https://oauth2.googleapis.com/token",
      scope: `${cloudPlatform} ${storage}`,
      iat: now,
      exp: now + 3600,
    });
    expect(decodeProtectedHeader(assertionOf(google))).toEqual({
      alg: "RS256",
      typ: "JWT",
      kid: [...google.directory.keys.keys()][0],
    });
    await idToken(source);
    expect(decodeJwt(assertionOf(google))).toMatchObject({ target_audience: audience });
    expect(decodeJwt(assertionOf(google))).not.toHaveProperty("scope");
  });

  it("tells e-mail, project, universe and quota project of the file", async () => {
    const { source } = await buildSource(async (fake) => ({
      config: { ...(await key(fake)), quota_project_id: "billed" },
    }));
    expect(source).toMatchObject({
      email,
      projectId: "fake-project",
      universeDomain: "googleapis.com",
      quotaProject: "billed",
    });
  });

  it.each([
    [
      "the default is overridden",
      undefined,
      "http://127.0.0.1:1/x/token",
      "http://127.0.0.1:1/x/token",
      "https://oauth2.googleapis.com/token",
    ],
    [
      "an old default is overridden",
      "https://accounts.google.com/o/oauth2/token",
      "http://127.0.0.1:1/token",
      "http://127.0.0.1:1/token",
      "https://accounts.google.com/o/oauth2/token",
    ],
    [
      "the file names another place",
      "https://login.example/token",
      "http://127.0.0.1:1/token",
      "https://login.example/token",
      "https://login.example/token",
    ],
  ])("calls the right place and keeps the file's audience when %s", async (_, token_uri, override, called, aud) => {
    const { google, source } = await buildSource(async (fake) => ({
      config: { ...(await key(fake)), token_uri },
      env: { CLOUDSDK_AUTH_TOKEN_HOST: override },
    }));
    // The fake is mounted at /token; a prefix is not its matter here.
    google.failNext({ path: "/token", status: 200, body: '{"access_token":"t","expires_in":3599}' });
    await accessToken(source);
    expect(String(google.requests[0]?.url)).toBe(called);
    expect(decodeJwt(assertionOf(google)).aud).toBe(aud);
  });

  it("takes an older key in PKCS#1 form", async () => {
    const { google, source } = await buildSource(async (fake) => {
      const config = await key(fake);
      const private_key = createPrivateKey(config.private_key).export({ type: "pkcs1", format: "pem" }).toString();
      expect(private_key).toContain("BEGIN RSA PRIVATE KEY");
      return { config: { ...config, private_key } };
    });
    expect(google.issuer.issued.get((await accessToken(source)).value)).toMatchObject({ subject: email });
  });

  it.each([
    ["no PEM", (_: string) => "secret-key-material"],
    ["a cut PEM", (pem: string) => pem.slice(0, 400)],
    ["PEM around nothing", () => "-----BEGIN PRIVATE KEY-----\nc2VjcmV0LWtleQ==\n-----END PRIVATE KEY-----\n"],
    [
      "a PKCS#1 block around nothing",
      () => "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0LWtleQ==\n-----END RSA PRIVATE KEY-----\n",
    ],
    ["an empty text", () => ""],
  ])("refuses %s as private_key, naming file and field and nothing of the key", async (_, broken) => {
    const file = await key(createFakeGoogle());
    const building = buildSource(() => ({ config: { ...file, private_key: broken(file.private_key) } }));
    await expect(building).rejects.toThrow(/^Cannot use credential file "sa\.json": private_key: /);
    await expect(building).rejects.not.toThrow(/secret|c2Vj|MII/);
  });

  it.each([
    ["asked to", { selfSignedJwt: true }],
    ["in another universe", { universe_domain: "cloud.example" }],
  ])("signs access tokens itself when %s", async (_, more) => {
    const google = createFakeGoogle();
    const file = await key(google);
    const world = await buildSource(() => ({ config: { ...file, ...more } }));
    const token = await accessToken(world.source, { scopes: [cloudPlatform, storage] });
    const pem = await importPKCS8(file.private_key, "RS256", { extractable: true });
    const { d: _d, ...jwk } = await exportJWK(pem);
    const keys = createLocalJWKSet({
      keys: [{ kty: jwk.kty ?? "", n: jwk.n ?? "", e: jwk.e ?? "", alg: "RS256", kid: file.private_key_id }],
    });
    const { payload } = await jwtVerify(token.value, keys, { currentDate: new Date(startMs) });
    expect(payload).toEqual({
      iss: email,
      sub: email,
      scope: `${cloudPlatform} ${storage}`,
      iat: startMs / 1000,
      exp: startMs / 1000 + 3600,
    });
    expect(token.expiresAt).toBe(startMs + 3_600_000);
    expect(world.google.requests).toEqual([]);
  });

  it("says why there is no ID token in another universe", async () => {
    const { source } = await buildSource(async (fake) => ({
      config: { ...(await key(fake)), universe_domain: "cloud.example" },
    }));
    expect(source.idToken).toBeUndefined();
    expect(source.idTokenRefusal).toMatch(/set GOOGLE_CLOUD_UNIVERSE_DOMAIN to "cloud\.example"/);
  });

  it.each([
    [
      "at that universe's own IAM",
      { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "cloud.example" },
      "https://iamcredentials.cloud.example",
    ],
    [
      "at the override",
      { CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: "http://127.0.0.1:9/" },
      "http://127.0.0.1:9",
    ],
  ])("makes the ID tokens of another universe by impersonating itself, %s", async (_, env, origin) => {
    const { google, source } = await buildSource(async (fake) => {
      fake.directory.allow(email, email);
      return { config: { ...(await key(fake)), universe_domain: "cloud.example" }, env };
    });
    const { value } = await idToken(source);
    expect(decodeJwt(value)).toMatchObject({ aud: audience, email });
    expect(google.requests.map(({ url }) => url.href)).toEqual([
      `${origin}/v1/projects/-/serviceAccounts/${email}:generateIdToken`,
    ]);
    expect(google.violations).toEqual([]);
  });

  it("signs access tokens itself when gcloud's variable says so, unless the source says no", async () => {
    const env = { CLOUDSDK_AUTH_SERVICE_ACCOUNT_USE_SELF_SIGNED_JWT: "True" };
    const { google, source } = await buildSource(async (fake) => ({ config: await key(fake), env }));
    expect(decodeJwt((await accessToken(source)).value)).toMatchObject({ iss: email, sub: email });
    expect(google.requests).toEqual([]);
    const other = await buildSource(async (fake) => ({
      config: { ...(await key(fake)), selfSignedJwt: false },
      env,
    }));
    await accessToken(other.source);
    expect(other.google.count("/token")).toBe(1);
  });

  it("tells Google's words when the key was deleted", async () => {
    const { google, source } = await buildSource(async (fake) => ({ config: await key(fake) }));
    google.directory.keys.clear();
    await expect(accessToken(source)).rejects.toMatchObject({
      failure: "rejected",
      status: 400,
      message: expect.stringContaining("account not found"),
    });
  });
});
