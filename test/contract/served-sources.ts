/**
 * Every credential source as an account of a served server: what it is made of, whose tokens come out, and what it says
 * where there are none. Data of test/served/sources.test.ts.
 *
 * @module
 */
import { join } from "node:path";
import { awsKeyId, type GoogleWorld, pool, secrets, tokenTypes, who } from "../harness/google-world.ts";

/** What a request for a token must bring. */
export type Outcome =
  /** A token of this account; of an ID token the e-mail, unless it names none. */
  | { readonly subject: string }
  /** A token of the local issuer. */
  | { readonly local: true }
  /** A refusal. */
  | { readonly status: number; readonly says: RegExp };

export interface ServedSource {
  readonly name: string;
  source(world: GoogleWorld): object;
  readonly access: Outcome;
  readonly id: Outcome;
  /** What workerd says when it cannot: there both kinds are refused with 500. */
  readonly notOnWorkerd?: RegExp;
}

/** Keys under which the accounts stand in the configuration. */
export const accountOf = (name: string): string => `${name.replaceAll(/[^a-z0-9]+/g, "-")}@accounts.example`;

const impersonation = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts";
const targetUrl = `${impersonation}/${who.target}:generateAccessToken`;
const federated = (source: object, type: string = tokenTypes.jwt) => ({
  type: "external_account",
  audience: pool,
  subject_token_type: type,
  token_url: "https://sts.googleapis.com/v1/token",
  credential_source: source,
});
const user = {
  type: "authorized_user",
  client_id: "app.example",
  client_secret: secrets.clientSecret,
  refresh_token: secrets.refresh,
};
const workforce = {
  type: "external_account_authorized_user",
  audience: "//iam.googleapis.com/locations/global/workforcePools/pool/providers/p",
  client_id: "workforce",
  client_secret: secrets.workforceSecret,
  refresh_token: secrets.workforceRefresh,
  token_url: "https://sts.googleapis.com/v1/oauthtoken",
};
const target = { subject: who.target };
const noFiles = /this runtime reads no files/;
const impersonateInstead = { status: 404, says: /[Ii]mpersonate a service account/ };
const aws = ({ foreignUrl }: GoogleWorld) => ({
  environment_id: "aws1",
  region_url: `${foreignUrl}/latest/meta-data/placement/availability-zone`,
  url: `${foreignUrl}/latest/meta-data/iam/security-credentials`,
  imdsv2_session_token_url: `${foreignUrl}/latest/api/token`,
  regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
});
const broker = ({ url }: GoogleWorld) => ({ type: "http", url: `${url}/broker`, headers: { "X-Key": secrets.broker } });

/** The table. */
export const servedSources: readonly ServedSource[] = [
  { name: "key", source: ({ key }) => key, access: { subject: who.ci }, id: { subject: who.ci } },
  {
    name: "key that signs itself",
    source: ({ key }) => ({ ...key, selfSignedJwt: true }),
    access: { subject: who.ci },
    id: { subject: who.ci },
  },
  {
    name: "key of another universe",
    source: ({ key }) => ({ ...key, universe_domain: "cloud.example" }),
    access: { subject: who.ci },
    id: { subject: who.ci },
  },
  { name: "user", source: () => user, access: { subject: who.user }, id: impersonateInstead },
  {
    name: "workforce user",
    source: () => workforce,
    access: { subject: who.workforce },
    id: { status: 404, says: /impersonate a service account/ },
  },
  {
    name: "impersonation over another account with delegates",
    source: () => ({
      type: "impersonated",
      serviceAccount: who.target,
      delegates: [who.middle],
      lifetime: 43_200,
      base: accountOf("key"),
    }),
    access: target,
    id: target,
  },
  {
    name: "impersonation over a user",
    source: () => ({ type: "impersonated", serviceAccount: who.target, base: user }),
    access: target,
    id: target,
  },
  {
    name: "impersonation over a workforce user",
    source: () => ({ type: "impersonated", serviceAccount: who.target, base: workforce }),
    access: target,
    id: target,
  },
  {
    name: "impersonation over federation",
    source: ({ foreignUrl }) => ({
      type: "impersonated",
      serviceAccount: who.target,
      base: federated({ url: `${foreignUrl}/token`, headers: { "X-Key": secrets.url } }),
    }),
    access: target,
    id: target,
  },
  {
    name: "impersonation over the broker",
    source: () => ({
      type: "impersonated",
      serviceAccount: who.target,
      base: accountOf("broker"),
    }),
    access: target,
    id: target,
  },
  {
    name: "file of an impersonated service account over a user",
    source: () => ({
      type: "impersonated_service_account",
      service_account_impersonation_url: targetUrl,
      delegates: [],
      source_credentials: user,
    }),
    access: target,
    id: target,
  },
  {
    name: "federation by url text without impersonation",
    source: ({ foreignUrl }) => federated({ url: `${foreignUrl}/token`, headers: { "X-Key": secrets.url } }),
    access: { subject: who.workload },
    id: { status: 404, says: /a federated identity has no ID tokens; impersonate/ },
  },
  {
    name: "federation by url json",
    source: ({ foreignUrl }) => ({
      ...federated({
        url: `${foreignUrl}/token.json`,
        headers: { "X-Key": secrets.url },
        format: { type: "json", subject_token_field_name: "value" },
      }),
      service_account_impersonation_url: targetUrl,
    }),
    access: target,
    id: target,
  },
  {
    name: "federation by a url that refuses",
    source: ({ foreignUrl }) => federated({ url: `${foreignUrl}/token` }),
    access: {
      status: 403,
      says: /Step "subject token": http:\/\/127\.0\.0\.1:\d+\/token answered 403.*X-Key is wrong/,
    },
    id: { status: 404, says: /federated identity/ },
  },
  {
    name: "federation by aws metadata",
    source: (world) => ({ ...federated(aws(world), tokenTypes.aws), service_account_impersonation_url: targetUrl }),
    access: target,
    id: target,
  },
  {
    name: "federation by file text",
    source: ({ folder }) => federated({ file: join(folder, "token") }),
    access: { subject: who.workload },
    id: { status: 404, says: /federated identity/ },
    notOnWorkerd: noFiles,
  },
  {
    name: "federation by file json",
    source: ({ folder }) => ({
      ...federated({
        file: join(folder, "token.json"),
        format: { type: "json", subject_token_field_name: "value" },
      }),
      service_account_impersonation_url: targetUrl,
    }),
    access: target,
    id: target,
    notOnWorkerd: noFiles,
  },
  {
    name: "federation by program",
    source: ({ folder }) => ({
      ...federated({ executable: { command: `${join(folder, "program")} "two words"`, timeout_millis: 10_000 } }),
      service_account_impersonation_url: targetUrl,
    }),
    access: target,
    id: target,
    notOnWorkerd: /this runtime runs no programs/,
  },
  {
    name: "federation by certificate",
    source: ({ folder, tlsUrl }) => ({
      ...federated({ certificate: { certificate_config_location: join(folder, "certificate.json") } }, tokenTypes.mtls),
      token_url: `${tlsUrl}/v1/token`,
      service_account_impersonation_url: `${tlsUrl}/v1/projects/-/serviceAccounts/${who.target}:generateAccessToken`,
    }),
    access: target,
    id: target,
    notOnWorkerd: noFiles,
  },
  {
    name: "credential file",
    source: ({ folder }) => ({ type: "file", path: join(folder, "key.json") }),
    access: { subject: who.ci },
    id: { subject: who.ci },
    notOnWorkerd: /reads no files; give its content in GOOGLE_APPLICATION_CREDENTIALS_JSON/,
  },
  {
    name: "broker",
    source: broker,
    access: { subject: accountOf("broker") },
    id: { subject: accountOf("broker") },
  },
  {
    name: "fixed access token",
    source: ({ google }) => ({ type: "static", accessToken: google.issuer.accessToken(who.ci, ["scope"]) }),
    access: { subject: who.ci },
    id: { status: 404, says: /only an access token was given/ },
  },
  { name: "local", source: () => ({ type: "local" }), access: { local: true }, id: { local: true } },
];

/** Environment of the AWS case by environment variables. */
export const awsEnvironment = {
  AWS_ACCESS_KEY_ID: awsKeyId,
  AWS_SECRET_ACCESS_KEY: secrets.aws,
  AWS_REGION: "eu-west-1",
} as const;

/** A federation file for a server that is started with it, by flags or variables. */
export const federationFile = (source: object, type?: string): object => federated(source, type);

/** AWS's source without any URL of its metadata server. */
export const awsSource = {
  environment_id: "aws1",
  regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
} as const;

/** Each kind of federation as a file for clients that know no overrides: the fake's own URLs stand in it. */
export function federationFiles(world: GoogleWorld): Readonly<Record<string, object>> {
  const { folder, foreignUrl, tlsUrl, url } = world;
  const at = (origin: string, source: object, type: string = tokenTypes.jwt) => ({
    ...federated(source, type),
    token_url: `${origin}/v1/token`,
  });
  const by = (origin: string, source: object, type?: string) => ({
    ...at(origin, source, type),
    service_account_impersonation_url: `${origin}/v1/projects/-/serviceAccounts/${who.target}:generateAccessToken`,
  });
  const headers = { "X-Key": secrets.url };
  const format = { type: "json", subject_token_field_name: "value" };
  const command = `${join(folder, "program")} "two words"`;
  const certificate = { certificate_config_location: join(folder, "certificate.json") };
  return {
    fileText: at(url, { file: join(folder, "token-bare") }),
    fileJson: by(url, { file: join(folder, "token.json"), format }),
    urlText: at(url, { url: `${foreignUrl}/token`, headers }),
    urlJson: by(url, { url: `${foreignUrl}/token.json`, headers, format }),
    program: by(url, { executable: { command, timeout_millis: 10_000 } }),
    aws: by(url, aws(world), tokenTypes.aws),
    certificate: by(tlsUrl, { certificate }, tokenTypes.mtls),
  };
}
