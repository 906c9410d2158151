/** Unmodified Node clients against the server that the variables name: `checks.mjs up|down loopback`. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { Storage } from "@google-cloud/storage";
import { gcpDetector } from "@opentelemetry/resource-detector-gcp";
import { detectResources } from "@opentelemetry/resources";
import * as gcpMetadata from "gcp-metadata";
import { Compute, GCPEnv, GoogleAuth, OAuth2Client } from "google-auth-library";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { check, done, versions } from "./report.mjs";

const { EMULATOR_ORIGIN: origin, STUB_ORIGIN: stub } = process.env;
const audience = "https://service.example.com/path?with=query";
const email = "412345678901-compute@developer.gserviceaccount.com";
const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
const issuer = "https://accounts.google.com";
const detected = async () => detectResources({ detectors: [gcpDetector] });

async function attributes() {
  const resource = await detected();
  await resource.waitForAsyncAttributes?.();
  return resource.attributes;
}

async function idToken() {
  const client = await new GoogleAuth().getIdTokenClient(audience);
  return new Headers(await client.getRequestHeaders()).get("authorization").replace("Bearer ", "");
}

async function tokenInfo(token) {
  return (await fetch(`${origin}/emulator/v1/issuer/tokeninfo?access_token=${token}`)).json();
}

versions(
  "gcp-metadata",
  "google-auth-library",
  "@google-cloud/storage",
  "@opentelemetry/resource-detector-gcp",
  "jose",
);

if (process.argv[2] === "down") {
  await check("gcp-metadata", "`isAvailable()` is false", [], async () =>
    equal(await gcpMetadata.isAvailable(), false),
  );
  await check("google-auth-library", "`GoogleAuth().getClient()` could not load the default credentials", [], () =>
    rejects(new GoogleAuth({ scopes }).getClient(), /Could not load the default credentials/),
  );
  await check("google-auth-library", "`Compute.getAccessToken()` rejects", [], () =>
    rejects(new Compute().getAccessToken(), /ECONNREFUSED|fetch failed|Could not refresh/),
  );
  await check("@opentelemetry/resource-detector-gcp", "finds nothing", [], async () =>
    deepEqual(await attributes(), {}),
  );
  done();
}

await check("gcp-metadata", "`isAvailable()`: `instance` without a slash, redirected", ["R3", "R6", "R24"], async () =>
  equal(await gcpMetadata.isAvailable(), true),
);
await check("gcp-metadata", '`project("project-id")`, untrimmed', ["R4", "R5"], async () =>
  equal(await gcpMetadata.project("project-id"), "emulated-project"),
);
await check("gcp-metadata", '`instance("id")` keeps every digit', ["R22"], async () =>
  equal(String(await gcpMetadata.instance("id")), "7243198306741625103"),
);
await check("gcp-metadata", "`instance({ property, params: { recursive: true } })` of attributes", ["R22"], async () =>
  deepEqual(
    { ...(await gcpMetadata.instance({ property: "attributes/", params: { recursive: "true" } })) },
    { "enable-guest-attributes": "TRUE", greeting: "hello", port: "8080" },
  ),
);
await check("gcp-metadata", '`universe("universe-domain")`', ["R3", "R20"], async () =>
  equal(await gcpMetadata.universe("universe-domain"), "googleapis.com"),
);
await check("gcp-metadata", '`instance("attributes/none")` rejects with 404 at once', ["R3", "R25"], () =>
  rejects(gcpMetadata.instance("attributes/none"), (error) => error.response?.status === 404 || error.status === 404),
);

const auth = new GoogleAuth({ scopes });
await check("google-auth-library", "`GoogleAuth().getClient()` is a `Compute` client", ["R1", "R6"], async () =>
  equal((await auth.getClient()).constructor.name, "Compute"),
);
await check(
  "google-auth-library",
  "`getAccessToken()` with scopes: the issuer knows the token",
  ["R9", "R11", "R12"],
  async () => {
    const client = await auth.getClient();
    const { token } = await client.getAccessToken();
    equal((await tokenInfo(token)).email, email);
    ok(client.credentials.expiry_date > Date.now() + 360_000, "more than 360 s left");
  },
);
await check("google-auth-library", "`Compute({ serviceAccountEmail })` by e-mail", ["R7"], async () => {
  const { token } = await new Compute({ serviceAccountEmail: email, scopes }).getAccessToken();
  equal((await tokenInfo(token)).email, email);
});
await check(
  "google-auth-library",
  "`getProjectId()`, `getUniverseDomain()`, `getCredentials()`",
  ["R4", "R20"],
  async () => {
    equal(await auth.getProjectId(), "emulated-project");
    equal(await auth.getUniverseDomain(), "googleapis.com");
    equal((await auth.getCredentials()).client_email, email);
  },
);
await check("google-auth-library", "`getEnv()` is COMPUTE_ENGINE: no cluster-name", ["R3", "R25"], async () =>
  equal(await auth.getEnv(), GCPEnv.COMPUTE_ENGINE),
);
await check("google-auth-library", "`getIdTokenClient()`, audience sent raw", ["R9", "R13"], async () => {
  const claims = JSON.parse(Buffer.from((await idToken()).split(".")[1], "base64url").toString());
  equal(claims.aud, audience);
  equal(claims.iss, issuer);
});
await check("google-auth-library", "`OAuth2Client.verifyIdToken()` with our keys as certs", ["R13"], async () => {
  const endpoints = { oauth2FederatedSignonPemCertsUrl: `${stub}/oauth2/v1/certs` };
  const ticket = await new OAuth2Client({ endpoints }).verifyIdToken({ idToken: await idToken(), audience });
  equal(ticket.getPayload().email, email);
});
await check("google-auth-library", "`verifySignedJwtWithCertsAsync()` refuses another audience", ["R13"], async () => {
  const certs = await (await fetch(`${stub}/oauth2/v1/certs`)).json();
  const client = new OAuth2Client();
  const token = await idToken();
  await client.verifySignedJwtWithCertsAsync(token, certs, audience, [issuer]);
  await rejects(
    client.verifySignedJwtWithCertsAsync(token, certs, "https://other.example.com", [issuer]),
    /Wrong recipient/,
  );
});
await check("jose", "`jwtVerify()` with `createRemoteJWKSet()` of our JWKS", ["R13"], async () => {
  const keys = createRemoteJWKSet(new URL(`${origin}/emulator/v1/issuer/jwks`));
  const { payload } = await jwtVerify(await idToken(), keys, { audience, issuer });
  equal(payload.email, email);
});
await check("@google-cloud/storage", "`bucket.getFiles()`: the API gets our token", ["R11", "R12"], async () => {
  const storage = new Storage({ apiEndpoint: stub, useAuthWithCustomEndpoint: true });
  const [files] = await storage.bucket("emulated-bucket").getFiles();
  deepEqual(
    files.map(({ name }) => name),
    ["greeting.txt"],
  );
});
await check(
  "@opentelemetry/resource-detector-gcp",
  "`gcpDetector`: platform, account, zone, id, type, name",
  ["R4", "R6", "R22"],
  async () => {
    const found = await attributes();
    equal(found["cloud.provider"], "gcp");
    equal(found["cloud.platform"], "gcp_compute_engine");
    equal(found["cloud.account.id"], "emulated-project");
    equal(found["cloud.availability_zone"], "us-central1-a");
    equal(String(found["host.id"]), "7243198306741625103");
    equal(found["host.name"], "emulated-vm");
    match(String(found["host.type"]), /e2-medium$/);
  },
);
done();
