/**
 * Whoever runs the incumbent (salrashid123/gce_metadata_server) swaps the program and keeps the command line: the ones
 * that its manual prints, and what is served then. Of its programs only the flags are left.
 */
import { describe, expect, it } from "vitest";
import { loadSettings } from "../../../worker/config/load.ts";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { parseServeArguments } from "../../../worker/entry/cli/flags.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";
import { createFakeGoogle } from "../../fakes/google.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

const email = "metadata-sa@your-project.iam.gserviceaccount.com";
const scopes = "https://www.googleapis.com/auth/userinfo.email,https://www.googleapis.com/auth/cloud-platform";
const pool =
  "//iam.googleapis.com/projects/1071284184436/locations/global/workloadIdentityPools/oidc-pool-1/providers/oidc-provider-1";
const principal =
  "principal://iam.googleapis.com/projects/1071284184436/locations/global/workloadIdentityPools/oidc-pool-1/subject/alice@domain.com";
const jwt = "urn:ietf:params:oauth:token-type:jwt";

const identity = `--numericProjectId 708288290784 --projectId=your-project --zone=us-central1-a --instanceID=8087716956832600000 --instanceName=vm1 --tokenScopes ${scopes}`;
const statics = {
  GOOGLE_PROJECT_ID: "your-project",
  GOOGLE_NUMERIC_PROJECT_ID: "708288290784",
  GOOGLE_ACCESS_TOKEN: "some_static_token",
  GOOGLE_ID_TOKEN: "some_id_token",
};
const user = { GOOGLE_APPLICATION_CREDENTIALS: "adc.json" };
const federation = { GOOGLE_APPLICATION_CREDENTIALS: "sts-creds.json" };

/** A documented command line, the variables that its manual exports before it, and what answers then. */
interface Documented {
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whose tokens are served; a text in quotes is a token itself. */
  readonly subject: string;
  readonly listens?: object;
  /** Default: the id of its config.json. */
  readonly id?: string;
}

const documented: readonly Documented[] = [
  {
    line: "-logtostderr --configFile=config.json -alsologtostderr -v 5 -port :8080 --serviceAccountFile certs/metadata-sa.json",
    subject: email,
  },
  {
    line: "-logtostderr -alsologtostderr -v 5 -port :8080 --impersonate --configFile=config.json",
    env: user,
    subject: email,
  },
  {
    line: "-logtostderr --configFile=config.json -alsologtostderr -v 5 -port :8080 --federate",
    env: federation,
    subject: principal,
  },
  {
    line: "-logtostderr -alsologtostderr -v 5 -port :8080 --configFile=config.json --serviceAccountFile=certs/fake_sa.json",
    env: statics,
    subject: '"some_static_token"',
  },
  {
    line: "-port :8080 --configFile=config.json --serviceAccountFile=certs/fake_sa.json --interface=0.0.0.0 -logtostderr -alsologtostderr -v 5",
    env: { ...statics, GOOGLE_ACCOUNT_EMAIL: email },
    subject: '"some_static_token"',
    listens: { port: 8080, host: "0.0.0.0" },
  },
  {
    line: "-serviceAccountFile certs/metadata-sa.json --configFile=config.json -logtostderr -alsologtostderr -v 5 -interface 0.0.0.0 -port :8080",
    subject: email,
    listens: { port: 8080, host: "0.0.0.0" },
  },
  {
    line: "-logtostderr -alsologtostderr -v 40 -port :80 --interface=169.254.169.254 --configFile=config.json --serviceAccountFile=certs/metadata-sa.json",
    subject: email,
    listens: { port: 80, host: "169.254.169.254" },
  },
  {
    line: "--configFile=config.json --serviceAccountFile certs/metadata-sa.json --domainsocket=/tmp/metadata.sock",
    subject: email,
    listens: { unixSocket: "/tmp/metadata.sock" },
  },
  {
    line: `-logtostderr -alsologtostderr -v 5 -port :8080 --serviceAccountFile certs/metadata-sa.json ${identity}`,
    subject: email,
    id: "8087716956832600000",
  },
  {
    line: `-logtostderr -alsologtostderr -v 5 -port :8080 --impersonate --serviceAccountEmail ${email} ${identity}`,
    env: user,
    subject: email,
    id: "8087716956832600000",
  },
  {
    line: `-logtostderr -alsologtostderr -v 5 -port :8080 --federate --serviceAccountEmail ${email} ${identity}`,
    env: federation,
    subject: email,
    id: "8087716956832600000",
  },
  {
    line: `-logtostderr -alsologtostderr -v 5 -port :8080 --tokenScopes ${scopes}`,
    env: statics,
    subject: '"some_static_token"',
    id: "7243198306741625103",
  },
];

const configuration = `{"computeMetadata":{"v1":{"instance":{"id":5775171277418378000,"serviceAccounts":{"default":{"aliases":["default"],
  "email":"${email}","scopes":["https://www.googleapis.com/auth/cloud-platform","https://www.googleapis.com/auth/userinfo.email"]}}},
  "oslogin":{},"project":{"numericProjectId":708288290784,"projectId":"your-project"}}}}`;

async function world(env: Readonly<Record<string, string>>) {
  const google = createFakeGoogle();
  const { directory } = google;
  const key = await directory.createServiceAccount(email, { projectId: "your-project" });
  const login = {
    clientId: "c.apps.googleusercontent.com",
    clientSecret: "s",
    refreshToken: "r",
    email: "jane@example.com",
  };
  directory.users.push(login);
  directory.addSubjectToken("oidc-token", { audience: pool, type: jwt, principal });
  directory.allow(login.email, email);
  directory.allow(principal, email);
  const adc = { type: "authorized_user", client_id: login.clientId, client_secret: "s", refresh_token: "r" };
  const external = {
    type: "external_account",
    audience: pool,
    subject_token_type: jwt,
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: "/tmp/oidccred.txt" },
  };
  const files = {
    "config.json": configuration,
    "certs/metadata-sa.json": JSON.stringify(key),
    "certs/fake_sa.json": JSON.stringify({ ...key, private_key: "not a key" }),
    "adc.json": JSON.stringify(adc),
    "sts-creds.json": JSON.stringify(external),
    "/tmp/oidccred.txt": "oidc-token",
  };
  const platform = createFakePlatform({
    files,
    env,
    fetch: google.fetch,
    clock: { now: Date.now, timer: () => () => undefined },
  });
  return { google, platform };
}

describe("the incumbent's command lines", () => {
  it.each(documented)(
    "$line",
    async ({ env = {}, id = "5775171277418378000", line, listens = { port: 8080 }, subject }) => {
      const { google, platform } = await world(env);
      const flags = parseServeArguments(line.split(" "));
      const emulator = await createEmulatorCore(await loadSettings({ flags, env }, platform), platform);
      const get = async (path: string) => {
        const headers = { Host: "metadata.google.internal", "Metadata-Flavor": "Google" };
        const answer = await emulator.fetch(
          new Request(`http://metadata.google.internal/computeMetadata/v1/${path}`, { headers }),
        );
        return answer.text();
      };
      expect(flags).toMatchObject(listens);
      const { access_token: token } = JSON.parse(await get("instance/service-accounts/default/token")) as {
        access_token: string;
      };
      expect(subject.startsWith('"') ? JSON.stringify(token) : google.issuer.issued.get(token)?.subject).toBe(subject);
      expect(await get("project/project-id")).toBe("your-project");
      expect(await get("project/numeric-project-id")).toBe("708288290784");
      expect(await get("instance/id")).toBe(id);
      emulator.close();
    },
  );

  it("names what is not here instead of starting without it", () => {
    const line =
      "-logtostderr --configFile=config.json -alsologtostderr -v 5 -port :8080 --tpm --persistentHandle=0x81008000";
    expect(() => parseServeArguments(line.split(" "))).toThrow(ConfigurationError);
  });
});
