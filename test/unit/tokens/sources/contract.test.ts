/**
 * Every source through the shared contract (test/contract/source.ts).
 *
 * @module
 */
import { describeSource } from "../../../contract/source.ts";
import { audience, cloudPlatform, type Setting, storage } from "../../../contract/source-world.ts";
import type { FakeGoogle } from "../../../fakes/google.ts";

const ci = "ci@fake-project.iam.gserviceaccount.com";
const target = "target@fake-project.iam.gserviceaccount.com";
const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/gh";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const principal = "principal://pool/subject/repo";
const foreignToken = "foreign-token-of-the-runner";
const impersonationUrl = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;

const atToken = { path: "/token", step: "token endpoint" };
const atAccess = { path: ":generateAccessToken", step: "impersonation" };
const atId = { path: ":generateIdToken", step: "impersonation" };

async function key(google: FakeGoogle) {
  google.directory.allow(ci, target);
  return google.directory.createServiceAccount(ci);
}

function user(google: FakeGoogle) {
  google.directory.users.push({
    clientId: "app.example",
    clientSecret: "d-secret",
    refreshToken: "1//refresh-token-of-ann",
    email: "ann@example.com",
  });
  google.directory.allow("ann@example.com", target);
  return {
    type: "authorized_user",
    client_id: "app.example",
    client_secret: "d-secret",
    refresh_token: "1//refresh-token-of-ann",
    account: "ann@example.com",
  };
}
const userSecrets = ["d-secret", "refresh-token-of-ann"];

function federated(google: FakeGoogle) {
  google.directory.addSubjectToken(foreignToken, { audience: pool, type: jwtType, principal });
  google.directory.allow(principal, target);
  return {
    type: "external_account",
    audience: pool,
    subject_token_type: jwtType,
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: "/run/token" },
  };
}
const federatedWorld = { files: { "/run/token": foreignToken }, secrets: [foreignToken] };

describeSource("service_account", {
  setUp: async (google) => {
    const config = await key(google);
    return { config, secrets: [config.private_key.slice(100, 160)] };
  },
  access: atToken,
  id: atToken,
  subject: ci,
});

describeSource("authorized_user", {
  setUp: (google) => ({ config: user(google), secrets: userSecrets }),
  access: atToken,
  id: /app\.example.*[Ii]mpersonat/,
  subject: "ann@example.com",
  scoped: false,
});

describeSource("external_account_authorized_user", {
  setUp: (google) => {
    google.directory.workforceUsers.push({
      clientId: "wf",
      clientSecret: "w-secret",
      refreshToken: "workforce-refresh-token",
      email: "principal://wf/ann",
    });
    const config = {
      type: "external_account_authorized_user",
      client_id: "wf",
      client_secret: "w-secret",
      refresh_token: "workforce-refresh-token",
    };
    return { config, secrets: ["w-secret", "workforce-refresh-token"] };
  },
  access: { path: "/v1/oauthtoken", step: "STS" },
  id: /impersonat/,
  subject: "principal://wf/ann",
  scoped: false,
});

describeSource("impersonated over a key", {
  setUp: async (google) => ({ config: { type: "impersonated", serviceAccount: target, base: await key(google) } }),
  access: atAccess,
  id: atId,
  subject: target,
});

describeSource("impersonated_service_account over a user", {
  setUp: (google) => ({
    config: {
      type: "impersonated_service_account",
      service_account_impersonation_url: impersonationUrl,
      source_credentials: user(google),
    },
    secrets: userSecrets,
  }),
  access: atAccess,
  id: atId,
  subject: target,
});

describeSource("external_account without impersonation", {
  setUp: (google) => ({ config: federated(google), ...federatedWorld }),
  access: { path: "/v1/token", step: "STS" },
  id: /impersonat/,
  subject: principal,
});

describeSource("external_account with impersonation", {
  setUp: (google) => ({
    config: { ...federated(google), service_account_impersonation_url: impersonationUrl },
    ...federatedWorld,
  }),
  access: atAccess,
  id: atId,
  subject: target,
});

const url = "https://idp.example/token";
const program = JSON.stringify({ version: 1, success: true, token_type: jwtType, id_token: foreignToken });
const pem = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----";
const pair = JSON.stringify({ cert_configs: { workload: { cert_path: "/pem", key_path: "/pem" } } });
const aws = {
  environment_id: "aws1",
  regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
};

/** Where the other foreign tokens come from: `credential_source`, type of the token, and what it finds. */
const suppliers: readonly (readonly [string, object, string, Omit<Setting, "config">])[] = [
  ["a URL", { url }, jwtType, { foreign: (asked) => (asked === url ? new Response(foreignToken) : undefined) }],
  [
    "a program",
    { executable: { command: "/bin/token" } },
    jwtType,
    { program, env: { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1" } },
  ],
  [
    "AWS",
    aws,
    "urn:ietf:params:aws:token-type:aws4_request",
    { env: { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "aws-secret-key", AWS_REGION: "us-east-1" } },
  ],
  [
    "a certificate",
    { certificate: { certificate_config_location: "/config" } },
    "urn:ietf:params:oauth:token-type:mtls",
    { files: { "/config": pair, "/pem": pem } },
  ],
];

for (const [name, credential_source, type, found] of suppliers) {
  describeSource(`external_account by ${name} with impersonation`, {
    setUp: (google) => {
      google.directory.verifySubjectToken = ({ token }) =>
        [foreignToken, '["QUJD"]'].includes(token) || token.includes("AKIA")
          ? { audience: pool, type, principal }
          : undefined;
      google.directory.allow(principal, target);
      const config = {
        ...federated(google),
        subject_token_type: type,
        service_account_impersonation_url: impersonationUrl,
        credential_source,
      };
      return { config, secrets: [foreignToken, "aws-secret-key"], ...found };
    },
    access: atAccess,
    id: atId,
    subject: target,
  });
}

describeSource("service_account that signs itself", {
  setUp: async (google) => ({ config: { ...(await key(google)), selfSignedJwt: true } }),
  id: atToken,
});

describeSource("service_account of another universe", {
  setUp: async (google) => {
    google.directory.allow(ci, ci);
    const config = { ...(await key(google)), universe_domain: "cloud.example" };
    return { config, env: { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "cloud.example" } };
  },
  id: atId,
});

describeSource("file", {
  setUp: async (google) => ({
    config: { type: "file", path: "sa.json" },
    files: { "sa.json": JSON.stringify(await key(google)) },
  }),
  access: atToken,
  id: atToken,
  subject: ci,
});

describeSource("static", {
  setUp: async (google) => ({
    config: {
      type: "static",
      accessToken: google.issuer.accessToken(ci, [cloudPlatform, storage]),
      idToken: await google.issuer.idToken({ sub: "1", azp: "1" }, audience),
    },
  }),
  id: "offline",
});

describeSource("http", {
  setUp: () => ({
    config: {
      type: "http",
      url: "http://127.0.0.1:9/broker",
      headers: { Authorization: "Bearer secret-for-the-broker" },
    },
    accountEmail: ci,
    secrets: ["secret-for-the-broker"],
  }),
  access: { path: "/broker", step: "token broker" },
  id: { path: "/broker", step: "token broker" },
  subject: ci,
});

describeSource("local", { setUp: () => ({ config: { type: "local" }, accountEmail: ci }), id: "offline" });
