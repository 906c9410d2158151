/**
 * Proof that the fake is Google enough: Google's own libraries do every flow against it without a violation. What
 * passes there and is refused here would be a mistake of the fake; what the worker sends is judged by the same fake.
 *
 * @module
 */
import { IAMCredentialsClient } from "@google-cloud/iam-credentials";
import {
  ExternalAccountAuthorizedUserClient,
  GoogleAuth,
  gaxios,
  IdentityPoolClient,
  Impersonated,
  JWT,
  OAuth2Client,
  UserRefreshClient,
} from "google-auth-library";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KeyFile } from "../../fakes/google/directory.ts";
import { createFakeGoogle, type FakeGoogle } from "../../fakes/google.ts";
import { type FakeGoogleServer, serveFakeGoogle } from "../../fakes/google-server.ts";

const ci = "ci@fake-project.iam.gserviceaccount.com";
const middle = "middle@fake-project.iam.gserviceaccount.com";
const target = "target@fake-project.iam.gserviceaccount.com";
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
const storage = "https://www.googleapis.com/auth/devstorage.read_only";
const audience = "https://service.example.com";

let google: FakeGoogle;
let key: KeyFile;

beforeEach(async () => {
  google = createFakeGoogle();
  key = await google.directory.createServiceAccount(ci);
  google.directory.allow(ci, target);
});
afterEach(() => expect(google.violations).toEqual([]));

const transporter = () =>
  new gaxios.Gaxios({
    fetchImplementation: ((url: string | URL, init?: RequestInit) => google.fetch(url, init)) as typeof fetch,
  });
const jwt = () =>
  new JWT({ email: key.client_email, key: key.private_key, scopes: [cloudPlatform], transporter: transporter() });

async function claimsOf(token: string) {
  const keys = createLocalJWKSet(await google.issuer.jwks());
  return (await jwtVerify(token, keys, { issuer: "https://accounts.google.com" })).payload;
}

describe("google-auth-library against the fake Google", () => {
  it("exchanges a service account's assertion for an access token with its scopes", async () => {
    const { token } = await jwt().getAccessToken();
    expect(google.issuer.issued.get(token ?? "")).toMatchObject({ subject: ci, scopes: [cloudPlatform] });
  });

  it("exchanges a service account's assertion for an ID token", async () => {
    const claims = await claimsOf(await jwt().fetchIdToken(audience));
    expect(claims).toMatchObject({ aud: audience, email: ci, email_verified: true });
  });

  it("is refused with another account's key", async () => {
    const other = await createFakeGoogle().directory.createServiceAccount(ci, { key: 9 });
    const client = new JWT({ email: ci, key: other.private_key, scopes: [cloudPlatform], transporter: transporter() });
    await expect(client.getAccessToken()).rejects.toThrow("invalid_grant");
  });

  it("refreshes a user's tokens", async () => {
    const user = {
      clientId: "app.apps.googleusercontent.com",
      clientSecret: "not-so-secret",
      refreshToken: "1//refresh",
      email: "ann@example.com",
    };
    google.directory.users.push(user);
    const client = new UserRefreshClient({
      clientId: user.clientId,
      clientSecret: user.clientSecret,
      refreshToken: user.refreshToken,
      transporter: transporter(),
    });
    const { token } = await client.getAccessToken();
    expect(google.issuer.issued.get(token ?? "")).toMatchObject({ subject: "ann@example.com" });
    expect(await claimsOf(client.credentials.id_token ?? "")).toMatchObject({ aud: user.clientId });
  });

  it("impersonates for access and ID tokens, with delegates", async () => {
    google.directory.allow(ci, middle);
    google.directory.allow(middle, target);
    const options = { sourceClient: jwt(), targetPrincipal: target, targetScopes: [storage], lifetime: 900 };
    const client = new Impersonated({
      ...options,
      delegates: [`projects/-/serviceAccounts/${middle}`],
      transporter: transporter(),
    });
    const { token } = await client.getAccessToken();
    expect(google.issuer.issued.get(token ?? "")).toMatchObject({ subject: target, scopes: [storage] });
    expect(await claimsOf(await client.fetchIdToken(audience, { includeEmail: true }))).toMatchObject({
      aud: audience,
      email: target,
    });
  });

  it("is told why impersonation is refused", async () => {
    const client = new Impersonated({
      sourceClient: jwt(),
      targetPrincipal: "other@example.com",
      targetScopes: [storage],
      transporter: transporter(),
    });
    google.directory.accounts.add("other@example.com");
    await expect(client.getAccessToken()).rejects.toThrow("PERMISSION_DENIED");
  });

  it("refreshes a workforce user's token at the STS", async () => {
    google.directory.workforceUsers.push({
      clientId: "id",
      clientSecret: "secret",
      refreshToken: "workforce",
      email: "principal://workforce/ann",
    });
    const client = new ExternalAccountAuthorizedUserClient({
      type: "external_account_authorized_user",
      audience: "//iam.googleapis.com/locations/global/workforcePools/pool/providers/p",
      client_id: "id",
      client_secret: "secret",
      refresh_token: "workforce",
      token_url: "https://sts.googleapis.com/v1/oauthtoken",
      token_info_url: "https://sts.googleapis.com/v1/introspect",
      transporter: transporter(),
    });
    const { token } = await client.getAccessToken();
    expect(google.issuer.issued.get(token ?? "")).toMatchObject({ subject: "principal://workforce/ann" });
  });
});

describe("an identity pool client of google-auth-library against the served fake Google", () => {
  it("exchanges a foreign token at the STS, and impersonates with it", async () => {
    // Its STS part takes no `fetch` of ours, so it gets a port.
    await using server = await serveFakeGoogle({}, google);
    const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/gh";
    const type = "urn:ietf:params:oauth:token-type:jwt";
    google.directory.addSubjectToken("foreign-token", {
      audience: pool,
      type,
      principal: "principal://pool/subject/repo",
    });
    google.directory.allow("principal://pool/subject/repo", target);
    const client = new IdentityPoolClient({
      type: "external_account",
      audience: pool,
      subject_token_type: type,
      token_url: `${server.url}/v1/token`,
      service_account_impersonation_url: `${server.url}/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
      subject_token_supplier: { getSubjectToken: async () => "foreign-token" },
    });
    const { token } = await client.getAccessToken();
    expect(google.issuer.issued.get(token ?? "")).toMatchObject({ subject: target });
    expect(google.count("/v1/token")).toBe(1);
  });
});

describe("@google-cloud/iam-credentials against the served fake Google", () => {
  let server: FakeGoogleServer;
  beforeEach(async () => {
    server = await serveFakeGoogle({}, google);
  });
  afterEach(() => server.close());

  function iam(token: string): IAMCredentialsClient {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
    const auth = new GoogleAuth({ authClient });
    // `protocol` is an option of gax that the client's type does not list.
    const plain: object = { protocol: "http" };
    return new IAMCredentialsClient({
      ...plain,
      fallback: true,
      apiEndpoint: "127.0.0.1",
      port: server.port,
      auth: auth as never,
    });
  }
  const name = `projects/-/serviceAccounts/${target}`;

  it("generates an access token with scopes and lifetime", async () => {
    const client = iam(google.issuer.accessToken(ci, [cloudPlatform]));
    const [answer] = await client.generateAccessToken({ name, scope: [storage], lifetime: { seconds: 600 } });
    const issued = google.issuer.issued.get(answer.accessToken ?? "");
    expect(issued).toMatchObject({ subject: target, scopes: [storage] });
    expect(Math.abs(Number(issued?.expiresAt) - Number(answer.expireTime?.seconds) * 1000)).toBeLessThan(2000);
    await client.close();
  });

  it("generates an ID token with e-mail through a delegate", async () => {
    google.directory.allow(ci, middle);
    google.directory.allow(middle, target);
    const client = iam(google.issuer.accessToken(ci, [cloudPlatform]));
    const [answer] = await client.generateIdToken({
      name,
      audience,
      includeEmail: true,
      delegates: [`projects/-/serviceAccounts/${middle}`],
    });
    expect(await claimsOf(answer.token ?? "")).toMatchObject({ aud: audience, email: target });
    await client.close();
  });

  it("is told of a missing permission", async () => {
    const client = iam(google.issuer.accessToken("nobody@example.com", [cloudPlatform]));
    await expect(client.generateAccessToken({ name, scope: [storage] })).rejects.toThrow(
      "iam.serviceAccounts.getAccessToken",
    );
    await client.close();
  });

  it("is refused with a token that the fake did not issue", async () => {
    const client = iam("ya29.made-up");
    await expect(client.generateAccessToken({ name, scope: [storage] })).rejects.toThrow("invalid authentication");
    await client.close();
  });
});
