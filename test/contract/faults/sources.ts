/**
 * The sources of the fault matrix, each with the calls that it makes on its way to a token.
 *
 * @module
 */
import type { KeyFile } from "../../fakes/google/directory.ts";

export const ci = "ci@fake-project.iam.gserviceaccount.com";
export const target = "target@fake-project.iam.gserviceaccount.com";

/** What must never show. */
export const secrets = {
  client: "secret-of-the-client",
  refresh: "1//refresh-token-of-the-user",
  workforce: "refresh-token-of-the-workforce",
  subject: "foreign-token-of-the-identity-provider",
  broker: "key-of-the-token-broker",
  aws: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
} as const;

export interface MatrixSource {
  readonly name: string;
  readonly kind: "access" | "id";
  /** The calls, in their order: the name of the step and the end of the path. */
  readonly calls: readonly (readonly [step: string, path: string])[];
  source(key: KeyFile): object;
  /** Of the ID token. */
  readonly audience?: string;
}

const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/p";
const targetUrl = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
const audience = "https://service.example.com";
const user = {
  type: "authorized_user",
  client_id: "app.example",
  client_secret: secrets.client,
  refresh_token: secrets.refresh,
};
const federated = {
  type: "external_account",
  audience: pool,
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: "https://sts.googleapis.com/v1/token",
  credential_source: {
    url: "https://idp.example/subject",
    format: { type: "json", subject_token_field_name: "value" },
  },
};
const aws = {
  ...federated,
  subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
  credential_source: {
    environment_id: "aws1",
    region_url: "http://169.254.169.254/latest/zone",
    url: "http://169.254.169.254/latest/roles",
    imdsv2_session_token_url: "http://169.254.169.254/latest/session",
    regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
  },
};
const broker = { type: "http", url: "https://broker.example/broker", headers: { "X-Key": secrets.broker } };
const toToken = ["token endpoint", "/token"] as const;
const toSubject = ["subject token", "/subject"] as const;
const toSts = ["STS", "/v1/token"] as const;
const toAccess = ["impersonation", ":generateAccessToken"] as const;
const toId = ["impersonation", ":generateIdToken"] as const;

/** The table. */
export const matrixSources: readonly MatrixSource[] = [
  { name: "service_account", kind: "access", calls: [toToken], source: (key) => key },
  { name: "service_account", kind: "id", calls: [toToken], source: (key) => key, audience },
  { name: "authorized_user", kind: "access", calls: [toToken], source: () => user },
  { name: "authorized_user", kind: "id", calls: [toToken], source: () => user, audience: "app.example" },
  {
    name: "external_account_authorized_user",
    kind: "access",
    calls: [["STS", "/v1/oauthtoken"]],
    source: () => ({ ...user, type: "external_account_authorized_user", refresh_token: secrets.workforce }),
  },
  {
    name: "impersonated",
    kind: "access",
    calls: [toToken, toAccess],
    source: (key) => ({ type: "impersonated", serviceAccount: target, base: key }),
  },
  {
    name: "impersonated_service_account",
    kind: "id",
    calls: [toToken, toId],
    source: (key) => ({
      type: "impersonated_service_account",
      service_account_impersonation_url: targetUrl,
      source_credentials: key,
    }),
    audience,
  },
  { name: "external_account", kind: "access", calls: [toSubject, toSts], source: () => federated },
  {
    name: "external_account with impersonation",
    kind: "access",
    calls: [toSubject, toSts, toAccess],
    source: () => ({ ...federated, service_account_impersonation_url: targetUrl }),
  },
  {
    name: "external_account with impersonation",
    kind: "id",
    calls: [toId],
    source: () => ({ ...federated, service_account_impersonation_url: targetUrl }),
    audience,
  },
  {
    name: "external_account of AWS",
    kind: "access",
    calls: [
      ["subject token", "/latest/session"],
      ["subject token", "/latest/zone"],
      ["subject token", "/latest/roles"],
      ["subject token", "/latest/roles/role"],
      toSts,
    ],
    source: () => aws,
  },
  { name: "http", kind: "access", calls: [["token broker", "/broker"]], source: () => broker },
  { name: "http", kind: "id", calls: [["token broker", "/broker"]], source: () => broker, audience },
];

/** Foreign tokens that come from this machine, and what can be wrong with them. */
export interface LocalFault {
  readonly source: "file" | "executable";
  readonly name: string;
  readonly status: number;
  readonly says: RegExp;
  /** Content of the file, or what the program does. */
  readonly file?: string | undefined;
  readonly program?: { readonly exitCode: number; readonly stdout: string } | "hang" | "missing";
}

const answer = (more: object) =>
  JSON.stringify({
    version: 1,
    success: true,
    token_type: federated.subject_token_type,
    id_token: secrets.subject,
    ...more,
  });
const prints = (stdout: string, exitCode = 0) => ({ program: { exitCode, stdout } });

/** A file or a program that is in order. */
export const sound = { file: secrets.subject, ...prints(answer({})) } as const;

export const localSources: Readonly<Record<LocalFault["source"], object>> = {
  file: { ...federated, credential_source: { file: "/run/token" } },
  executable: { ...federated, credential_source: { executable: { command: "/bin/token", timeout_millis: 5000 } } },
};

export const localFaults: readonly LocalFault[] = [
  { source: "file", name: "no file", status: 503, says: /Cannot read subject token file/, file: undefined },
  { source: "file", name: "an empty file", status: 503, says: /it is empty/, file: " \n" },
  { source: "file", name: "a page", status: 503, says: /it is a page, not a token/, file: "<html></html>" },
  { source: "executable", name: "no program", status: 503, says: /could not be run \(ENOENT\)/, program: "missing" },
  {
    source: "executable",
    name: "a program that does not end",
    status: 503,
    says: /did not end within/,
    program: "hang",
  },
  { source: "executable", name: "exit code 3", status: 503, says: /exited with code 3/, ...prints("", 3) },
  { source: "executable", name: "no output", status: 500, says: /not valid JSON/, ...prints("") },
  { source: "executable", name: "another version", status: 500, says: /version 2/, ...prints(answer({ version: 2 })) },
  {
    source: "executable",
    name: "a refusal of its own",
    status: 503,
    says: /code "9": log in first/,
    ...prints('{"version":1,"success":false,"code":"9","message":"log in first"}'),
  },
  {
    source: "executable",
    name: "a token that is over",
    status: 503,
    says: /its token has expired/,
    ...prints(answer({ expiration_time: 1 })),
  },
];

/** A clock that differs from Google's, and what becomes of a token then. */
export interface WrongClock {
  readonly source: string;
  readonly kind: MatrixSource["kind"];
  /** Minutes that this machine is ahead. */
  readonly ahead: number;
  /** `expires_in` of the answer at most; of an ID token any number. */
  readonly seconds?: number;
  readonly status: number;
  readonly says?: RegExp;
}

const timeframe = /Token must be a short-lived token and in a reasonable timeframe/;
const checkClock = /a token that is over already by this machine's clock; check the clock/;

/** Only assertions and absolute times know of clocks: a life that is told in seconds is true on any. */
export const wrongClocks: readonly WrongClock[] = [
  { source: "service_account", kind: "access", ahead: 120, status: 400, says: timeframe },
  { source: "service_account", kind: "id", ahead: -120, status: 400, says: timeframe },
  { source: "service_account", kind: "access", ahead: 4, status: 200, seconds: 3599 },
  { source: "authorized_user", kind: "access", ahead: 120, status: 200, seconds: 3599 },
  { source: "external_account_authorized_user", kind: "access", ahead: -120, status: 200, seconds: 3599 },
  { source: "external_account", kind: "access", ahead: 120, status: 200, seconds: 3599 },
  { source: "external_account with impersonation", kind: "access", ahead: 120, status: 500, says: checkClock },
  { source: "external_account with impersonation", kind: "access", ahead: 30, status: 200, seconds: 1800 },
  { source: "external_account with impersonation", kind: "access", ahead: -120, status: 200, seconds: 3600 },
  { source: "external_account with impersonation", kind: "id", ahead: 120, status: 500, says: checkClock },
  { source: "external_account with impersonation", kind: "id", ahead: -120, status: 200 },
];
