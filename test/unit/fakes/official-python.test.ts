/**
 * Proof that the fake is Google enough, by a second implementation: google-auth for Python does every flow against it
 * without a violation.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeGoogleServer, serveFakeGoogle } from "../../fakes/google-server.ts";

const run = promisify(execFile);
const python = ".cache/venv/bin/python";

const ci = "ci@fake-project.iam.gserviceaccount.com";
const middle = "middle@fake-project.iam.gserviceaccount.com";
const target = "target@fake-project.iam.gserviceaccount.com";
const audience = "https://service.example.com";
const storage = "https://www.googleapis.com/auth/devstorage.read_only";
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/gh";
const principal = "principal://pool/subject/repo";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const impersonationUrl = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;

let folder: string;
let server: FakeGoogleServer;
let tokens: Record<string, string>;

beforeAll(async () => {
  if (!existsSync(python)) throw new Error(`${python} is missing: run sh test/clients/python/setup.sh`);
  folder = mkdtempSync(join(tmpdir(), "fake-google-"));
  server = await serveFakeGoogle();
  const input = join(folder, "input.json");
  writeFileSync(input, JSON.stringify(await credentials()));
  const { PATH = "" } = process.env;
  const { stdout } = await run(python, ["test/clients/python/fake_google.py", input], { env: { PATH, HOME: folder } });
  tokens = JSON.parse(stdout) as Record<string, string>;
}, 60_000);

afterAll(async () => {
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** Puts everybody into the fake and gives their files. */
async function credentials(): Promise<object> {
  const { directory } = server.google;
  const key = await directory.createServiceAccount(ci);
  for (const [caller, callee] of [
    [ci, middle],
    [middle, target],
    [ci, target],
    [principal, target],
    [ci, ci],
  ] as const) {
    directory.allow(caller, callee);
  }
  const common = { clientId: "app.apps.googleusercontent.com", clientSecret: "s:e/c+r et", refreshToken: "1//refresh" };
  directory.users.push({ ...common, email: "ann@example.com" });
  directory.workforceUsers.push({ ...common, email: "principal://workforce/ann" });
  const fields = { client_id: common.clientId, client_secret: common.clientSecret, refresh_token: common.refreshToken };
  writeFileSync(join(folder, "token"), "foreign-token");
  directory.addSubjectToken("foreign-token", { audience: pool, type: jwtType, principal });
  const externalAccount = {
    type: "external_account",
    audience: pool,
    subject_token_type: jwtType,
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: join(folder, "token") },
  };
  return {
    origin: server.url,
    target,
    delegates: [`projects/-/serviceAccounts/${middle}`],
    serviceAccount: key,
    user: { type: "authorized_user", ...fields },
    workforce: {
      type: "external_account_authorized_user",
      audience: "//iam.googleapis.com/locations/global/workforcePools/pool/providers/p",
      token_url: "https://sts.googleapis.com/v1/oauthtoken",
      token_info_url: "https://sts.googleapis.com/v1/introspect",
      ...fields,
    },
    externalAccount,
    externalImpersonated: { ...externalAccount, service_account_impersonation_url: impersonationUrl },
    impersonatedFile: {
      type: "impersonated_service_account",
      service_account_impersonation_url: impersonationUrl,
      source_credentials: key,
      delegates: [],
    },
  };
}

describe("google-auth for Python against the fake Google", () => {
  it("sends nothing that the fake finds wrong", () => expect(server.google.violations).toEqual([]));

  it.each([
    ["serviceAccount", ci, [storage]],
    ["user", "ann@example.com", [cloudPlatform, "openid"]],
    ["workforce", "principal://workforce/ann", [cloudPlatform]],
    ["externalAccount", principal, [storage]],
    ["externalImpersonated", target, [storage]],
    ["impersonatedFile", target, [storage]],
    ["impersonated", target, [storage]],
    ["impersonatedSelfSigned", target, [storage]],
  ])("gets an access token by its %s", (name, subject, scopes) => {
    expect(server.google.issuer.issued.get(tokens[name] ?? "")).toMatchObject({ subject, scopes });
  });

  it.each([
    ["serviceAccountId", ci],
    ["impersonatedId", target],
    ["otherUniverseId", ci],
  ])("gets an ID token by its %s", async (name, email) => {
    const keys = createLocalJWKSet(await server.google.issuer.jwks());
    const { payload } = await jwtVerify(tokens[name] ?? "", keys, { audience, issuer: "https://accounts.google.com" });
    expect(payload).toMatchObject({ email, email_verified: true });
  });

  it("asked each endpoint of Google by its own name", () => {
    const asked = new Set(server.google.requests.map(({ url }) => `${url.hostname}${url.pathname}`));
    const account = `iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}`;
    expect([...asked].sort()).toEqual([
      "cloudresourcemanager.googleapis.com/v1/projects/1",
      `iamcredentials.cloud.example/v1/projects/-/serviceAccounts/${ci}:generateIdToken`,
      `${account}:generateAccessToken`,
      `${account}:generateIdToken`,
      "oauth2.googleapis.com/token",
      "sts.googleapis.com/v1/oauthtoken",
      "sts.googleapis.com/v1/token",
    ]);
  });
});
