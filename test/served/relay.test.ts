/**
 * A service and the relays in front of it, by the software that they are for: unmodified google-auth behind each relay
 * gets exactly the tokens of its own identity, a wrong identity gets none, and clients go on while the service is killed
 * and comes back. Service and relays run on the runtime of this project; on workerd the service does, in its production
 * environment, with relays on Node.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { serveIdentityProvider } from "../fakes/identity-provider.ts";
import { exchange } from "../harness/raw.ts";
import { freePort, type RunningServer, startCommand, startServer } from "../harness/server.ts";

const run = promisify(execFile);
const python = ".cache/venv/bin/python";
const secret = "a-secret-of-more-than-thirty-two-characters";
const runtime = inject("runtime");
const v1 = "/computeMetadata/v1";
const tokenPath = `${v1}/instance/service-accounts/default/token`;
const folder = mkdtempSync(join(tmpdir(), "gme-relay-"));

let idp: Awaited<ReturnType<typeof serveIdentityProvider>>;
let service: RunningServer;
let port: number;
const started: RunningServer[] = [];

async function startService(): Promise<RunningServer> {
  const { audience, issuer } = idp.provider;
  const audiences = ["https://service.example.com"];
  const config = {
    auth: {
      secrets: [{ name: "ci", sha256: createHash("sha256").update(secret).digest("hex") }],
      issuers: [{ name: "idp", issuer, audience }],
    },
    instances: {
      ci: { metadata: { project: { projectId: "project-ci" } }, accounts: { default: { email: "ci@x.example" } } },
      pods: {
        metadata: { project: { projectId: "project-pods" } },
        accounts: { default: { email: "none@x.example" }, app: { email: "app@x.example" } },
      },
    },
    clients: [
      { match: { secret: "ci" }, instance: "ci", audiences, control: true },
      { match: { issuer: "idp", claims: { namespace: "prod" } }, instance: "pods", account: "app", audiences },
    ],
  };
  const env = { METADATA_REQUIRE_AUTH: "1" };
  return startServer(runtime, { config, env, address: { host: "127.0.0.1", port } });
}

async function startRelay(...args: readonly string[]): Promise<RunningServer> {
  const on = runtime === "workerd" ? "node" : runtime;
  const entry = [`worker/entry/${on}.ts`, "relay", "--port", "0", "--to", `http://127.0.0.1:${port}`, ...args];
  const command = { program: on, args: on === "deno" ? ["run", "-A", ...entry] : entry, env: {} };
  const relay = await startCommand(on, command, mkdtempSync(join(folder, "relay-")));
  started.push(relay);
  return relay;
}

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  idp = await serveIdentityProvider();
  port = await freePort();
  service = await startService();
});
afterAll(async () => {
  await Promise.all([...started, service].map((server) => server.stop()));
  await idp.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What unmodified google-auth gets behind a relay. */
async function googleAuth({ port: relayPort }: RunningServer): Promise<Record<string, string>> {
  expect(existsSync(python), `no ${python}: run "sh test/clients/python/setup.sh" first`).toBe(true);
  const { PATH = "" } = process.env;
  const host = `127.0.0.1:${relayPort}`;
  const env = { PATH, HOME: folder, GCE_METADATA_HOST: host, GCE_METADATA_IP: host, GCE_METADATA_ROOT: host };
  const { stdout } = await run(python, ["test/clients/python/smoke.py"], { env: { ...env, NO_PROXY: "127.0.0.1" } });
  return JSON.parse(stdout) as Record<string, string>;
}

const subjectOf = (accessToken = "") => decodeJwt(accessToken.replace("ya29.emulator.", "")).email;
const wire = async (relay: RunningServer, bytes: string) =>
  (await exchange(relay.port, bytes)).bytes.toString("latin1");
const get = (relay: RunningServer, path: string) =>
  fetch(relay.origin + path, { headers: { "Metadata-Flavor": "Google" }, redirect: "manual" });

describe("relays in front of a service", () => {
  it("give unmodified google-auth exactly the tokens of the identity that each has", async () => {
    const ci = await startRelay("--token-file", fileWith("secret", `${secret}\n`));
    const app = await startRelay("--token", await idp.provider.token({ namespace: "prod" }));
    const [first, second] = await Promise.all([googleAuth(ci), googleAuth(app)]);
    expect([first.email, first.project, subjectOf(first.accessToken)]).toEqual([
      "ci@x.example",
      "project-ci",
      "ci@x.example",
    ]);
    expect([second.email, second.project, subjectOf(second.accessToken)]).toEqual([
      "app@x.example",
      "project-pods",
      "app@x.example",
    ]);
    expect([decodeJwt(first.idToken ?? "").email, decodeJwt(second.idToken ?? "").email]).toEqual([
      "ci@x.example",
      "app@x.example",
    ]);
  });

  it("give none to a wrong identity, and say which side refused", async () => {
    for (const token of [await idp.provider.token({ namespace: "dev" }), "wrong".repeat(10)]) {
      const relay = await startRelay("--token-file", fileWith("wrong", token));
      await expect(googleAuth(relay)).rejects.toThrow();
      expect([401, 403, 503]).toContain((await get(relay, tokenPath)).status);
      await vi.waitFor(() =>
        expect(relay.stderr()).toMatch(/The service at .*(refused the credential|does not allow)/),
      );
      expect(relay.stderr()).not.toContain(token);
    }
  });

  it("show a rotated credential from its file without a restart", async () => {
    const path = fileWith("rotating", "not-yet-the-right-one-but-long-enough");
    const relay = await startRelay("--token-file", path);
    expect((await get(relay, tokenPath)).status).toBe(401);
    writeFileSync(path, secret);
    expect((await get(relay, tokenPath)).status).toBe(200);
  });

  it("pass on bytes: header casing, redirects to the address that was used, no compression", async () => {
    const relay = await startRelay("--token-file", fileWith("bytes", secret));
    const head =
      "Host: metadata.google.internal\r\nMetadata-Flavor: Google\r\nAccept-Encoding: gzip\r\nConnection: close";
    const leaf = await wire(relay, `GET ${v1}/project/project-id HTTP/1.1\r\n${head}\r\n\r\n`);
    expect(leaf).toContain("\r\nMetadata-Flavor: Google\r\n");
    expect(leaf).toMatch(/\r\nETag: [0-9a-f]+\r\n/);
    expect(leaf).toContain("\r\nServer: Metadata Server for VM\r\n");
    expect(leaf).not.toMatch(/content-encoding/i);
    expect(leaf.endsWith("\r\n\r\nproject-ci")).toBe(true);
    const moved = await wire(relay, `GET ${v1}/instance?alt=json HTTP/1.1\r\n${head}\r\n\r\n`);
    expect(moved).toContain("\r\nLocation: http://metadata.google.internal/computeMetadata/v1/instance/?alt=json\r\n");
    const evil = head.replace("metadata.google.internal", "evil.example.com");
    expect(await wire(relay, `GET / HTTP/1.1\r\n${evil}\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /);
  });

  it("say so when they listen where other machines reach them", async () => {
    const file = fileWith("wide", secret);
    const [narrow, wide] = [
      await startRelay("--token-file", file),
      await startRelay("--token-file", file, "--host", "0.0.0.0"),
    ];
    expect(narrow.stderr()).not.toContain("WARN");
    await expect.poll(wide.stderr).toMatch(/WARN {2}--host 0\.0\.0\.0: whoever reaches this address .* gets tokens/);
  });

  it("pass on what a waiting request waits for", async () => {
    const relay = await startRelay("--token-file", fileWith("waiting", secret));
    const path = `${v1}/instance/attributes/?recursive=true`;
    const before = await get(relay, path);
    const waiting = get(relay, `${path}&wait_for_change=true&last_etag=${before.headers.get("etag")}`);
    const url = `${service.origin}/emulator/v1/metadata/instance/attributes/added`;
    const headers = { Authorization: `Bearer ${secret}` };
    expect((await fetch(url, { method: "PUT", headers, body: '"value"' })).ok).toBe(true);
    expect(await (await waiting).json()).toEqual({ added: "value" });
  });

  it("go on with the tokens that they have while the service is killed, and with everything when it is back", async () => {
    const relay = await startRelay("--token-file", fileWith("outage", secret));
    const { access_token } = (await (await get(relay, tokenPath)).json()) as { access_token: string };
    await service.stop("SIGKILL");
    expect(await (await get(relay, tokenPath)).json()).toMatchObject({ access_token, token_type: "Bearer" });
    const other = await get(relay, `${v1}/project/project-id`);
    expect([other.status, await other.text()]).toEqual([
      503,
      expect.stringContaining(`The service at http://127.0.0.1`),
    ]);
    service = await startService();
    expect(await (await get(relay, `${v1}/project/project-id`)).text()).toBe("project-ci");
    expect((await googleAuth(relay)).email).toBe("ci@x.example");
  });
});

describe("the command line of relay", () => {
  const on = runtime === "workerd" ? "node" : runtime;
  const prefix = on === "deno" ? ["run", "-A", `worker/entry/${on}.ts`] : [`worker/entry/${on}.ts`];

  it.each([
    ["plain http to another machine", ["--to", "http://tokens.example.com", "--token", secret]],
    ["a misspelt flag", ["--to", "https://tokens.example.com", "--tokn", secret]],
  ])("ends with 2 for %s, without showing the credential", async (_, args) => {
    const failed = await run(on, [...prefix, "relay", ...args]).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed?.code).toBe(2);
    expect(failed?.stderr).toMatch(/--to/);
    expect(failed?.stderr).not.toContain(secret);
  });

  it("is there for one command with exec --to, which does not see the credential", async () => {
    const script = `curl -s -H "Metadata-Flavor: Google" http://$GCE_METADATA_HOST${v1}/project/project-id; env`;
    const args = [...prefix, "exec", "--to", service.origin, "--token-env", "RELAY_TOKEN", "--", "sh", "-c", script];
    const { stdout } = await run(on, args, { env: { ...process.env, RELAY_TOKEN: secret } });
    expect(stdout).toContain("project-ci");
    expect(stdout).not.toContain(secret);
  });

  it("listens on a Unix socket and ends in order", async () => {
    const socket = join(folder, "relay.sock");
    const relay = run(on, [
      ...prefix,
      ...["relay", "--to", service.origin, "--token-file", fileWith("unix", secret), "--unix-socket", socket],
    ]);
    const args = [
      "-s",
      "--unix-socket",
      socket,
      "-H",
      "Metadata-Flavor: Google",
      `http://metadata${v1}/project/project-id`,
    ];
    await vi.waitFor(async () => expect((await run("curl", args)).stdout).toBe("project-ci"), { timeout: 15_000 });
    relay.child.kill("SIGTERM");
    await relay;
  });
});
