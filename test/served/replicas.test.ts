/**
 * Replicas of a service that share nothing but their configuration, as a Deployment of Kubernetes has them: what stays
 * the same whichever of them answers, and what each has for itself. And one whose rules change while it runs. On workerd
 * there is one object per instance instead, so its project runs these on Node.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type FakeGoogleServer, serveFakeGoogle } from "../fakes/google-server.ts";
import { serveIdentityProvider } from "../fakes/identity-provider.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime") === "workerd" ? "node" : inject("runtime");
const secret = "a-secret-of-more-than-thirty-two-characters";
const sha256 = createHash("sha256").update(secret).digest("hex");
const target = "app@replicas.iam.gserviceaccount.com";
const v1 = "/computeMetadata/v1";
const account = `${v1}/instance/service-accounts/default`;
const folder = mkdtempSync(join(tmpdir(), "gme-replicas-"));

let google: FakeGoogleServer;
let idp: Awaited<ReturnType<typeof serveIdentityProvider>>;
let config: ReturnType<typeof configuration>;
let env: Record<string, string>;
let replicas: RunningServer[];
beforeAll(async () => {
  google = await serveFakeGoogle();
  idp = await serveIdentityProvider();
  const key = await google.google.directory.createServiceAccount("base@replicas.iam.gserviceaccount.com", {});
  google.google.directory.allow("base@replicas.iam.gserviceaccount.com", target);
  env = {
    GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(key),
    CLOUDSDK_AUTH_TOKEN_HOST: `${google.url}/token`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: google.url,
  };
  config = configuration();
  replicas = await Promise.all([startServer(runtime, { config, env }), startServer(runtime, { config, env })]);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await Promise.all([google.close(), idp.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function configuration() {
  const attributes = { greeting: "hello", "enable-guest-attributes": "TRUE" };
  const app = { source: { type: "impersonated", serviceAccount: target, base: "default" } };
  const { audience, issuer } = idp.provider;
  return {
    auth: { secrets: [{ name: "ci", sha256 }], issuers: [{ name: "idp", issuer, audience }] },
    instances: { main: { metadata: { instance: { attributes } }, accounts: { default: {}, app } } },
    clients: [
      { match: { secret: "ci" }, instance: "main", account: "app", audiences: ["https://*.example.com"] },
      { match: { issuer: "idp", claims: { namespace: "prod" } }, instance: "main", account: "app" },
    ],
  };
}

const ask = (server: RunningServer, path: string, credential = secret, init: RequestInit = {}) =>
  fetch(server.origin + path, {
    ...init,
    headers: { "Metadata-Flavor": "Google", Authorization: `Bearer ${credential}` },
  });
const both = <T>(use: (replica: RunningServer) => Promise<T>) => Promise.all(replicas.map(use));

describe("replicas without shared state", () => {
  it("know the same clients and give them the same machine and account", async () => {
    const token = await idp.provider.token({ namespace: "prod" });
    for (const credential of [secret, token]) {
      for (const path of [`${v1}/instance/attributes/greeting`, `${account}/email`, `${v1}/?recursive=true`]) {
        const answers = await both((replica) => ask(replica, path, credential));
        expect(new Set(answers.map((answer) => answer.headers.get("etag"))).size, path).toBe(1);
        expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size, path).toBe(1);
      }
    }
    const strangers = await both((replica) => ask(replica, "/", "x".repeat(40)));
    expect(strangers.map(({ status }) => status)).toEqual([401, 401]);
  });

  it("each fetch a token of their own once, and both are good", async () => {
    const before = google.google.count(":generateAccessToken");
    for (let round = 0; round < 3; round++) {
      const answers = await both(async (replica) => (await ask(replica, `${account}/token`)).json());
      const tokens = (answers as { access_token: string }[]).map(({ access_token }) => access_token);
      expect(tokens.map((token) => google.google.issuer.issued.get(token)?.subject)).toEqual([target, target]);
    }
    expect(google.google.count(":generateAccessToken") - before).toBeLessThanOrEqual(2);
  });

  it("each have what was written while they ran: that is not shared", async () => {
    const path = `${v1}/instance/guest-attributes/ns/key`;
    const [first, second] = replicas;
    if (first === undefined || second === undefined) throw new Error("two replicas were started");
    expect((await ask(first, path, secret, { method: "PUT", body: "mine" })).status).toBe(200);
    expect([(await ask(first, path)).status, (await ask(second, path)).status]).toEqual([200, 404]);
  });

  it("go on when one of them is gone", async () => {
    const [first, second] = replicas;
    if (first === undefined || second === undefined) throw new Error("two replicas were started");
    await first.stop("SIGKILL");
    expect((await ask(second, `${account}/token`)).status).toBe(200);
    replicas = [await startServer(runtime, { config, env }), second];
    const answers = await both((replica) => ask(replica, `${account}/token`));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("rules that change while a service runs", () => {
  it("are taken as a whole when they are good; after a mistake the last good ones stay", async () => {
    const file = join(folder, "service.json");
    const save = (rules: object) => {
      writeFileSync(`${file}.next`, JSON.stringify(rules));
      renameSync(`${file}.next`, file);
    };
    save(config);
    const server = await startServer(runtime, { flags: ["--config", file], env });
    try {
      expect((await ask(server, "/")).status).toBe(200);
      save({ ...config, clients: [{ match: {} }] });
      await vi.waitFor(() => expect(server.stderr()).toContain("clients[0].match"), { timeout: 15_000 });
      expect((await ask(server, "/")).status).toBe(200);
      save({ ...config, clients: config.clients.slice(1) });
      await vi.waitFor(async () => expect((await ask(server, "/")).status).toBe(403), {
        timeout: 15_000,
        interval: 200,
      });
      expect((await ask(server, "/", await idp.provider.token({ namespace: "prod" }))).status).toBe(200);
    } finally {
      await server.stop();
    }
  });
});
