/**
 * The world that a served server gets its tokens from, on loopback: a fake Google below a path prefix, the same Google
 * over mTLS, and the places that foreign tokens come from (a URL, AWS's metadata server, files, a program).
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyFile } from "../fakes/google/directory.ts";
import { createFakeGoogle, type FakeGoogle } from "../fakes/google.ts";
import { anyCertificate, clientCertificateHeader, serveFakeGoogle } from "../fakes/google-server.ts";

const project = "fake-project";
const account = (name: string) => `${name}@${project}.iam.gserviceaccount.com`;

/** Who exists. */
export const who = {
  ci: account("ci"),
  middle: account("middle"),
  target: account("target"),
  user: "ann@example.com",
  workforce: "principal://iam.googleapis.com/locations/global/workforcePools/pool/subject/ann",
  workload: "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/job",
} as const;

export const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/p";
export const tokenTypes = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  aws: "urn:ietf:params:aws:token-type:aws4_request",
  mtls: "urn:ietf:params:oauth:token-type:mtls",
} as const;

/** What must never show in a log or an error. */
export const secrets = {
  subject: "foreign-token-of-the-identity-provider",
  url: "key-of-the-identity-provider",
  broker: "key-of-the-token-broker",
  clientSecret: "d-client-secret",
  refresh: "1//refresh-token-of-ann",
  workforceSecret: "w-client-secret",
  workforceRefresh: "refresh-token-of-the-workforce",
  aws: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  session: "AQAEAPbc-session-token-of-imds",
} as const;

export const awsKeyId = "AKIAIOSFODNN7EXAMPLE";

export interface GoogleWorld {
  readonly google: FakeGoogle;
  /** Of the fake with its prefix. */
  readonly url: string;
  readonly tlsUrl: string;
  /** Of the foreign places. */
  readonly foreignUrl: string;
  readonly key: KeyFile;
  /** Folder with `key.json`, `token`, `token.json`, `program` (it notes its arguments in `arguments`) and `certificate.json`. */
  readonly folder: string;
  /** The overrides, and the authority of the mTLS server for each runtime. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Builds the world. */
export async function createGoogleWorld(): Promise<GoogleWorld> {
  const folder = mkdtempSync(join(tmpdir(), "gme-sources-"));
  const pem = certificates();
  const prefix = "/google/api";
  const google = createFakeGoogle({ prefix });
  const key = await fill(google, pem.clientCert);
  writeFiles(folder, pem);
  writeFileSync(join(folder, "key.json"), JSON.stringify(key));
  const plain = await serveFakeGoogle({ prefix }, google);
  const tls = await serveFakeGoogle({ prefix }, google, { cert: pem.serverCert, key: pem.serverKey, ca: pem.ca });
  const foreign = await serveForeign();
  return {
    google,
    key,
    folder,
    url: plain.url,
    tlsUrl: tls.url,
    foreignUrl: foreign.url,
    env: {
      CLOUDSDK_AUTH_TOKEN_HOST: `${plain.url}/token`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: `${plain.url}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: plain.url,
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
      DENO_CERT: join(folder, "ca.pem"),
    },
    close: async () => {
      await Promise.all([plain.close(), tls.close(), foreign.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

interface Pem {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

function certificates(): Pem {
  const python = ".cache/venv/bin/python";
  if (!existsSync(python)) throw new Error(`${python} is missing: run sh test/clients/python/setup.sh`);
  return JSON.parse(execFileSync(python, ["test/clients/python/certificates.py"], { encoding: "utf8" })) as Pem;
}

/** Puts everybody into the directory and gives the key file of `ci`. */
async function fill({ directory, requests }: FakeGoogle, clientCert: string): Promise<KeyFile> {
  const { ci, middle, target, user, workforce, workload } = who;
  directory.users.push({
    clientId: "app.example",
    clientSecret: secrets.clientSecret,
    refreshToken: secrets.refresh,
    email: user,
  });
  directory.workforceUsers.push({
    clientId: "workforce",
    clientSecret: secrets.workforceSecret,
    refreshToken: secrets.workforceRefresh,
    email: workforce,
  });
  for (const caller of [ci, middle, user, workforce, workload]) directory.allow(caller, target);
  directory.allow(ci, middle);
  directory.allow(ci, ci);
  directory.longLived.add(target);
  directory.addSubjectToken(secrets.subject, { audience: pool, type: tokenTypes.jwt, principal: workload });
  const leaf = new X509Certificate(clientCert);
  const fingerprint = createHash("sha256").update(leaf.raw).digest("hex").toUpperCase();
  directory.verifySubjectToken = ({ token, type }) => {
    const accepted = { audience: pool, type, principal: workload };
    if (type === tokenTypes.aws) return isSignedForAws(token) ? accepted : undefined;
    const shown = requests.at(-1)?.headers.get(clientCertificateHeader) ?? "none";
    const proven = [fingerprint, anyCertificate].includes(shown);
    return proven && token === JSON.stringify([leaf.raw.toString("base64")]) ? accepted : undefined;
  };
  return directory.createServiceAccount(ci);
}

/** Whether a subject token is a request for GetCallerIdentity that AWS would know the signer of, bound to this pool. */
function isSignedForAws(token: string): boolean {
  const { headers, url } = JSON.parse(decodeURIComponent(token)) as {
    url: string;
    headers: { key: string; value: string }[];
  };
  const header = (name: string) => headers.find(({ key }) => key.toLowerCase() === name)?.value ?? "";
  return (
    url === "https://sts.eu-west-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15" &&
    header("x-goog-cloud-target-resource") === pool &&
    header("authorization").includes(`Credential=${awsKeyId}/`) &&
    header("authorization").includes("/eu-west-1/sts/aws4_request")
  );
}

function writeFiles(folder: string, pem: Pem): void {
  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string, mode = 0o600) => writeFileSync(at(name), text, { mode });
  write("ca.pem", pem.ca);
  write("client.pem", pem.clientCert);
  write("client-key.pem", pem.clientKey);
  write(
    "certificate.json",
    JSON.stringify({ cert_configs: { workload: { cert_path: at("client.pem"), key_path: at("client-key.pem") } } }),
  );
  write("token", `${secrets.subject}\n`);
  // Google's libraries send a newline along.
  write("token-bare", secrets.subject);
  write("token.json", JSON.stringify({ nested: { value: "no" }, value: secrets.subject }));
  const answer = { version: 1, success: true, token_type: tokenTypes.jwt, id_token: secrets.subject };
  // It refuses to answer with a variable of the server's own in its environment, and without those of the protocol.
  write(
    "program",
    `#!/bin/sh
cat "/proc/$$/cmdline" >>'${at("arguments")}' 2>/dev/null
[ -z "$CLOUDSDK_AUTH_TOKEN_HOST" ] && [ "$GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE" = "${pool}" ] && [ "$1" = "two words" ] || exit 9
echo '${JSON.stringify(answer)}'
`,
    0o700,
  );
}

/** An identity provider at `/token` and `/token.json`, AWS's metadata server (version 2 only) below `/latest`. */
async function serveForeign(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const [status, body] = foreignAnswer(request);
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const close = () =>
    new Promise<void>((settle) => {
      server.close(() => settle());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function foreignAnswer({ headers, method, url }: IncomingMessage): [number, string] {
  if (url === "/latest/api/token")
    return method === "PUT" && headers["x-aws-ec2-metadata-token-ttl-seconds"] ? [200, secrets.session] : [405, ""];
  if (url?.startsWith("/latest/") === true) {
    if (headers["x-aws-ec2-metadata-token"] !== secrets.session) return [401, ""];
    if (url === "/latest/meta-data/placement/availability-zone") return [200, "eu-west-1b"];
    if (url === "/latest/meta-data/iam/security-credentials") return [200, "role"];
    const keys = { AccessKeyId: awsKeyId, SecretAccessKey: secrets.aws, Token: "session" };
    return url === "/latest/meta-data/iam/security-credentials/role" ? [200, JSON.stringify(keys)] : [404, ""];
  }
  if (headers["x-key"] !== secrets.url) return [403, "the header X-Key is wrong"];
  if (url === "/token") return [200, secrets.subject];
  return url === "/token.json" ? [200, JSON.stringify({ value: secrets.subject })] : [404, "no such token"];
}
