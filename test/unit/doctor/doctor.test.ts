/**
 * The doctor, in worlds that are laid out for it: nothing is asked of this machine or its network.
 */
import { describe, expect, it } from "vitest";
import { loadSettings } from "../../../worker/config/load.ts";
import { clientFindings } from "../../../worker/entry/doctor/clients.ts";
import { environmentFindings } from "../../../worker/entry/doctor/environment.ts";
import type { Finding, Probe, World } from "../../../worker/entry/doctor/findings.ts";
import { machineFindings } from "../../../worker/entry/doctor/machine.ts";
import { mintFindings } from "../../../worker/entry/doctor/mint.ts";
import { humanReport, isBad, jsonReport } from "../../../worker/entry/doctor/report.ts";
import { createFakeGoogle } from "../../fakes/google.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const host = "127.0.0.1:8080";
const all = { GCE_METADATA_HOST: host, GCE_METADATA_IP: host, GCE_METADATA_ROOT: host };
const server: Probe = { status: 200, flavor: true };

interface Laid {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly changed?: Record<string, number>;
  readonly servers?: Record<string, Probe>;
}

function worldOf({ changed = {}, env = {}, files = {}, servers = {} }: Laid, asked: string[] = []): World {
  return {
    env,
    home: "/home/jane",
    now: () => now,
    readText: async (path) => files[path],
    changedAt: async (path) => changed[path],
    probe: async (at) => {
      asked.push(at);
      return servers[at];
    },
  };
}

const brief = (findings: readonly Finding[]) => findings.map(({ check, level }) => `${level} ${check}`);

describe("environmentFindings", () => {
  it.each<[string, Laid, string[]]>([
    ["nothing is set", {}, ["info GCE_METADATA_HOST"]],
    [
      "all three lead to a server",
      { env: all, servers: { [host]: server } },
      ["ok GCE_METADATA_HOST", "ok GCE_METADATA_IP", "ok GCE_METADATA_ROOT"],
    ],
    [
      "one of three is set",
      { env: { GCE_METADATA_HOST: host }, servers: { [host]: server } },
      ["warn GCE_METADATA_IP", "warn GCE_METADATA_ROOT", "ok GCE_METADATA_HOST"],
    ],
    ["nobody answers", { env: all }, ["fail GCE_METADATA_HOST", "fail GCE_METADATA_IP", "fail GCE_METADATA_ROOT"]],
    [
      "something else answers",
      { env: { ...all }, servers: { [host]: { status: 200, flavor: false } } },
      ["fail GCE_METADATA_HOST", "fail GCE_METADATA_IP", "fail GCE_METADATA_ROOT"],
    ],
    [
      "Node is told not to ask",
      { env: { METADATA_SERVER_DETECTION: "none" } },
      ["info GCE_METADATA_HOST", "fail METADATA_SERVER_DETECTION"],
    ],
    [
      "Node's library would throw",
      { env: { METADATA_SERVER_DETECTION: "yes" } },
      ["info GCE_METADATA_HOST", "fail METADATA_SERVER_DETECTION"],
    ],
    ["Python is told not to ask", { env: { NO_GCE_CHECK: "true" } }, ["info GCE_METADATA_HOST", "fail NO_GCE_CHECK"]],
    [
      "a proxy is in the way",
      { env: { HTTP_PROXY: "http://proxy:3128" } },
      ["info GCE_METADATA_HOST", "warn HTTP_PROXY"],
    ],
    [
      "a credential is named for the server",
      { env: { GOOGLE_APPLICATION_CREDENTIALS: "k" } },
      ["info GCE_METADATA_HOST", "warn GOOGLE_APPLICATION_CREDENTIALS"],
    ],
    [
      "gcloud has a token of its own",
      { env: { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: "t" } },
      ["info GCE_METADATA_HOST", "warn CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"],
    ],
  ])("%s", async (_, laid, expected) => {
    expect(brief(await environmentFindings(worldOf(laid), false))).toEqual(expected);
  });

  it("calls a credential a failure where clients are sent to the server and will not go", async () => {
    const env = { ...all, GOOGLE_APPLICATION_CREDENTIALS: "key.json" };
    const findings = await environmentFindings(worldOf({ env, servers: { [host]: server } }), false);
    expect(brief(findings)).toContain("fail GOOGLE_APPLICATION_CREDENTIALS");
  });

  it("asks a server behind a secret path, as it is named, and no report tells the secret", async () => {
    const place = `${host}/s/the-secret-of-this-server`;
    const world = worldOf({ env: { ...all, GCE_METADATA_HOST: place }, servers: { [host]: server, [place]: server } });
    const findings = [...(await environmentFindings(world, false)), ...(await clientFindings(world))];
    expect(brief(findings).slice(0, 3)).toEqual(["ok GCE_METADATA_HOST", "ok GCE_METADATA_IP", "ok GCE_METADATA_ROOT"]);
    for (const report of [humanReport(findings, false), jsonReport(findings)]) {
      expect(report).toContain(`${host}/s/[redacted]`);
      expect(report).not.toContain("the-secret");
    }
  });

  it("wants no scheme and no localhost", async () => {
    const env = {
      GCE_METADATA_HOST: "http://127.0.0.1:8080",
      GCE_METADATA_IP: "localhost:8080",
      GCE_METADATA_ROOT: host,
    };
    const findings = await environmentFindings(
      worldOf({ env, servers: { "localhost:8080": server, [host]: server } }),
      false,
    );
    expect(brief(findings)).toEqual(["fail GCE_METADATA_HOST", "warn GCE_METADATA_IP", "ok GCE_METADATA_ROOT"]);
  });

  it("asks no other machine unless it is told to", async () => {
    const env = { GCE_METADATA_HOST: "mds.example:80", GCE_METADATA_IP: "169.254.169.254", GCE_METADATA_ROOT: host };
    const asked: string[] = [];
    await environmentFindings(worldOf({ env }, asked), false);
    await machineFindings(worldOf({ env }, asked), false);
    expect(asked).toEqual([host]);
    await environmentFindings(worldOf({ env }, asked), true);
    expect(asked.slice(1)).toEqual(["mds.example:80", "169.254.169.254", host]);
  });
});

describe("machineFindings", () => {
  const login = "/home/jane/.config/gcloud/application_default_credentials.json";
  const memory = "/home/jane/.config/gcloud/gce";

  it.each<[string, Laid, boolean, string[]]>([
    ["a plain machine", {}, false, []],
    ["gcloud's login", { files: { [login]: '{"type":"authorized_user"}' } }, false, [`warn ${login}`]],
    [
      "gcloud has found nothing a minute ago",
      { files: { [memory]: "False" }, changed: { [memory]: now - 60_000 } },
      false,
      [`warn ${memory}`],
    ],
    [
      "gcloud has found nothing an hour ago",
      { files: { [memory]: "False" }, changed: { [memory]: now - 3_600_000 } },
      false,
      [],
    ],
    [
      "a machine of Google",
      { files: { "/sys/class/dmi/id/product_name": "Google Compute Engine\n" } },
      false,
      ["warn firmware"],
    ],
    [
      "an entry in the hosts file",
      { files: { "/etc/hosts": "127.0.0.1 localhost\n127.0.0.1 metadata.google.internal metadata\n" } },
      false,
      ["info /etc/hosts"],
    ],
    ["another server, which nobody asks", { servers: { "169.254.169.254": server } }, false, []],
    ["another server", { servers: { "169.254.169.254": server } }, true, ["warn 169.254.169.254"]],
    ["no other server", {}, true, ["info 169.254.169.254"]],
    ["Docker beside it", { changed: { "/var/run/docker.sock": now } }, false, ["info Docker"]],
    ["a container", { files: { "/.dockerenv": "" } }, false, ["info container"]],
  ])("%s", async (_, laid, probe, expected) => {
    expect(brief(await machineFindings(worldOf(laid), probe))).toEqual(expected);
  });
});

describe("clientFindings", () => {
  const found = async (laid: Laid) =>
    Object.fromEntries((await clientFindings(worldOf(laid))).map(({ check, message }) => [check, message]));

  it("follows each library's own order", async () => {
    const env = { GCE_METADATA_IP: "127.0.0.1:1", GCE_METADATA_HOST: "127.0.0.1:2", CLOUDSDK_CONFIG: "/fresh" };
    const login = "/home/jane/.config/gcloud/application_default_credentials.json";
    expect(await found({ env })).toMatchObject({
      Node: "the metadata server at 127.0.0.1:1",
      Go: "the metadata server at 127.0.0.1:2",
      "C++": "the metadata server at its own name and address, port 80",
      Ruby: expect.stringContaining("K_SERVICE"),
    });
    // Python and Java look for it in CLOUDSDK_CONFIG, where there is none.
    expect(await found({ env, files: { [login]: "{}" } })).toMatchObject({
      Python: "the metadata server at 127.0.0.1:2",
      Go: "gcloud's login",
    });
    expect(new Set(Object.values(await found({ env: { ...env, GOOGLE_APPLICATION_CREDENTIALS: "k" } })))).toEqual(
      new Set(["GOOGLE_APPLICATION_CREDENTIALS"]),
    );
  });
});

describe("mintFindings", () => {
  const app = "app@my-project.iam.gserviceaccount.com";
  const robot = "robot@my-project.iam.gserviceaccount.com";
  const pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q";
  const jwt = "urn:ietf:params:oauth:token-type:jwt";
  const principal = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s";

  async function minted(
    source: (key: object) => object,
    change: (google: ReturnType<typeof createFakeGoogle>) => void = () => undefined,
    skewMs = 0,
  ) {
    const google = createFakeGoogle({ now: () => now });
    const key = await google.directory.createServiceAccount(app, { projectId: "my-project" });
    await google.directory.createServiceAccount(robot, { projectId: "my-project" });
    google.directory.addSubjectToken("subject", { audience: pool, type: jwt, principal });
    change(google);
    const fetch = async (url: string, init?: RequestInit) => {
      const answer = await google.fetch(url, init);
      const headers = new Headers(answer.headers);
      headers.set("Date", new Date(now - skewMs).toUTCString());
      return new Response(answer.body, { status: answer.status, headers });
    };
    const platform = createFakePlatform({ fetch, files: { "/token": "subject", "/empty": "" } });
    const configText = JSON.stringify({ accounts: { default: { source: source(key) } } });
    return mintFindings(await loadSettings({ flags: {}, env: {}, configText }, platform), platform);
  }

  const external = (more: object = {}) => ({
    type: "external_account",
    audience: pool,
    subject_token_type: jwt,
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: { file: "/token" },
    ...more,
  });
  const impersonates = {
    service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${robot}:generateAccessToken`,
  };

  it("shows each step of a chain that works, and the clock", async () => {
    const findings = await minted(external.bind(undefined, impersonates), ({ directory }) =>
      directory.allow(principal, robot),
    );
    expect(brief(findings)).toEqual([
      "ok credential",
      "ok STS",
      "ok impersonation",
      "ok access token",
      // The federated token still lives.
      "ok impersonation",
      "ok ID token",
      "ok clock",
    ]);
  });

  it("names the role that the federated principal lacks", async () => {
    const findings = await minted(external.bind(undefined, impersonates));
    const failed = findings.find(({ level }) => level === "fail");
    expect(brief(findings).slice(0, 3)).toEqual(["ok credential", "ok STS", "fail impersonation"]);
    expect(failed?.advice).toContain(
      `${robot} --role roles/iam.workloadIdentityUser --member principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*`,
    );
  });

  it("names the role that a key's account lacks", async () => {
    const findings = await minted((base) => ({ type: "impersonated", serviceAccount: robot, base }));
    const failed = findings.find(({ level }) => level === "fail");
    expect(failed).toMatchObject({
      check: "impersonation",
      advice: expect.stringContaining(`--role roles/iam.serviceAccountTokenCreator --member serviceAccount:${app}`),
    });
  });

  it.each<[string, (key: object) => object, string, string]>([
    [
      "a subject token that is not there",
      () => external({ credential_source: { file: "/gone" } }),
      "subject token",
      "credential_source",
    ],
    [
      "a subject token that nobody knows",
      () => external({ credential_source: { file: "/empty" } }),
      "subject token",
      "credential_source",
    ],
    ["a provider that is not meant", () => external({ audience: `${pool}2` }), "STS", "attribute mapping"],
    ["a key that is not one", (key) => ({ ...key, private_key: "s3cret" }), "credential", ""],
    [
      "a key that is gone",
      (key) => ({ ...key, client_email: "gone@my-project.iam.gserviceaccount.com" }),
      "token endpoint",
      "deleted",
    ],
  ])("finds %s", async (_, source, step, advice) => {
    const findings = await minted(source);
    const failed = findings.find(({ level }) => level === "fail");
    expect([failed?.area, failed?.advice ?? ""]).toEqual(["token", expect.stringContaining(advice)]);
    expect(failed?.check).toBe(step);
    expect(JSON.stringify(findings)).not.toContain("s3cret");
  });

  it("does not call it a fault that a credential makes no ID token", async () => {
    const findings = await minted(() => external());
    expect(brief(findings)).toEqual(["ok credential", "ok STS", "ok access token", "info ID token", "ok clock"]);
  });

  it.each([
    [10_000, "ok"],
    [-60_000, "warn"],
    [400_000, "fail"],
  ])("judges a clock that is off by %i ms: %s", async (skew, level) => {
    const findings = await minted((key) => key, undefined, skew);
    expect(brief(findings)).toContain(`${level} clock`);
  });
});

describe("the reports", () => {
  const findings: Finding[] = [
    { area: "environment", level: "ok", check: "A", message: "Good" },
    { area: "token", level: "fail", check: "STS", message: "Refused", advice: "Mend it" },
  ];

  it("say the same to people and to programs", () => {
    expect(humanReport(findings, false)).toBe(
      "Variables of this shell\n  ok    A: Good\n\nToken of the server that these flags start\n  fail  STS: Refused\n        Mend it\n\n1 problem, 0 warnings",
    );
    expect(humanReport(findings, true)).toContain("[31mfail");
    expect(JSON.parse(jsonReport(findings))).toEqual({ ok: false, findings });
    expect([isBad(findings), isBad(findings.slice(0, 1))]).toEqual([true, false]);
    expect(humanReport([], false)).toBe("All is well");
  });
});
