/**
 * The world of the documents' examples: a fake Google with the accounts that they name, the credential files that their
 * reader has, and the two programs of the reader's own, an identity provider and a token broker.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeIssuer } from "../fakes/google/issuer.ts";
import { type FakeGoogleServer, serveFakeGoogle } from "../fakes/google-server.ts";
import type { Surroundings } from "./session.ts";

export interface World extends Surroundings {
  readonly fake: FakeGoogleServer;
  close(): Promise<void>;
}

const project = "my-project";
const account = (name: string) => `${name}@${project}.iam.gserviceaccount.com`;
const pool =
  "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/my-pool/providers/my-provider";
const principal =
  "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/my-pool/subject/my-job";
const idToken = "token-of-the-identity-provider";
const types = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  aws: "urn:ietf:params:aws:token-type:aws4_request",
  mtls: "urn:ietf:params:oauth:token-type:mtls",
};
/** No certificate: the handshake itself is the served tests' subject, the fake here has no TLS. */
const leaf = "bm90IGEgY2VydGlmaWNhdGU=";

/** Builds the world; every port in it is a free one of 127.0.0.1. */
export async function createWorld(): Promise<World> {
  const fake = await serveFakeGoogle();
  const { directory, issuer } = fake.google;
  const key = await directory.createServiceAccount(account("app"), { projectId: project });
  const user = {
    clientId: "id.apps.googleusercontent.com",
    clientSecret: "user-secret",
    refreshToken: "user-refresh",
    email: "jane@example.com",
  };
  const workforce = {
    clientId: "workforce",
    clientSecret: "workforce-secret",
    refreshToken: "workforce-refresh",
    email: "principal://jane",
  };
  directory.users.push(user);
  directory.workforceUsers.push(workforce);
  directory.addSubjectToken(idToken, { audience: pool, type: types.jwt, principal });
  directory.verifySubjectToken = ({ token, type }) => {
    const signed = type === types.aws && decodeURIComponent(token).includes("Credential=AKIAIOSFODNN7EXAMPLE/");
    const certified = type === types.mtls && token === JSON.stringify([leaf]);
    return signed || certified ? { audience: pool, type, principal } : undefined;
  };
  for (const caller of [account("app"), user.email, principal, workforce.email])
    directory.allow(caller, account("robot"));
  for (const caller of [account("app"), user.email]) directory.allow(caller, account("link"));
  directory.allow(account("link"), account("prod"));
  const programs = await servePrograms(issuer);
  return {
    fake,
    ownPort: programs.port,
    env: {
      CLOUDSDK_AUTH_TOKEN_HOST: `${fake.url}/token`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: fake.url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: fake.url,
    },
    files: {
      "key.json": JSON.stringify(key),
      "adc.json": JSON.stringify({
        type: "authorized_user",
        client_id: user.clientId,
        client_secret: user.clientSecret,
        refresh_token: user.refreshToken,
      }),
      "workforce.json": JSON.stringify({
        type: "external_account_authorized_user",
        audience: "//iam.googleapis.com/locations/global/workforcePools/pool/providers/provider",
        client_id: workforce.clientId,
        client_secret: workforce.clientSecret,
        refresh_token: workforce.refreshToken,
        token_url: "https://sts.googleapis.com/v1/oauthtoken",
      }),
      "token.txt": `${idToken}\n`,
      "client.crt": `-----BEGIN CERTIFICATE-----\n${leaf}\n-----END CERTIFICATE-----\n`,
      "client.key": "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n",
    },
    close: async () => {
      await programs.close();
      await fake.close();
    },
  };
}

/** `/id-token`: the identity provider. `/mint`: the token broker. */
async function servePrograms(issuer: FakeIssuer) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.setHeader("Content-Type", "application/json");
    if (request.url?.startsWith("/id-token") === true) response.end(JSON.stringify({ value: idToken }));
    else response.end(JSON.stringify(await minted(issuer, JSON.parse(body) as BrokerRequest)));
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise<void>((settle) => server.close(() => settle())) };
}

interface BrokerRequest {
  readonly kind: string;
  readonly account: string;
  readonly scopes?: string[];
  readonly audience?: string;
}

async function minted(issuer: FakeIssuer, { account: email, audience = "", kind, scopes = [] }: BrokerRequest) {
  if (kind === "id_token") return { id_token: await issuer.idToken({ sub: "1", azp: email, email }, audience) };
  return { access_token: issuer.accessToken(email, scopes), expires_in: 3599, token_type: "Bearer" };
}
