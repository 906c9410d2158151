/**
 * The main job, by the software that it is for: unmodified Google clients get project, access token and ID token from
 * the served worker, on the runtime of this project.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type RunningServer, startServer } from "../harness/server.ts";

const run = promisify(execFile);
const audience = "https://service.example.com";
const python = ".cache/venv/bin/python";
const email = "412345678901-compute@developer.gserviceaccount.com";

let server: RunningServer;
beforeAll(async () => {
  // On workerd as a newcomer has it: `npm start`.
  server = await startServer(inject("runtime") === "workerd" ? "wrangler" : inject("runtime"));
});
afterAll(() => server.stop());

/** What a user exports, and nothing else of the machine's own Google set-up. */
function environment(): Record<string, string> {
  const { PATH = "" } = process.env;
  const host = `${server.host}:${server.port}`;
  const home = mkdtempSync(join(tmpdir(), "gme-client-"));
  return {
    PATH,
    HOME: home,
    CLOUDSDK_CONFIG: join(home, "gcloud"),
    GCE_METADATA_HOST: host,
    GCE_METADATA_IP: host,
    GCE_METADATA_ROOT: host,
    METADATA_SERVER_DETECTION: "ping-only",
    NO_PROXY: "127.0.0.1",
  };
}

async function verified(idToken: string) {
  const keys = createRemoteJWKSet(new URL(`${server.origin}/emulator/v1/issuer/jwks`));
  return (await jwtVerify(idToken, keys, { audience, issuer: "https://accounts.google.com" })).payload;
}

async function tokenInfo(accessToken: string) {
  const answer = await fetch(`${server.origin}/emulator/v1/issuer/tokeninfo?access_token=${accessToken}`);
  return (await answer.json()) as Record<string, unknown>;
}

describe("Node: gcp-metadata and google-auth-library", () => {
  it("detect the server and get project, access token and verifiable ID token", async () => {
    const { stdout } = await run("node", ["test/clients/node/smoke.mjs"], { env: environment() });
    const got = JSON.parse(stdout) as Record<string, string>;
    expect(got).toMatchObject({
      available: true,
      clientType: "Compute",
      projectId: "emulated-project",
      instanceId: "7243198306741625103",
      universe: "googleapis.com",
    });
    expect(await tokenInfo(got.accessToken ?? "")).toMatchObject({ email });
    expect(await verified(got.idToken ?? "")).toMatchObject({ email, email_verified: true });
  });
});

describe("Python: google-auth", () => {
  it("gets project, access token and verifiable ID token by google.auth.default()", async () => {
    expect(existsSync(python), `no ${python}: run "sh test/clients/python/setup.sh" first`).toBe(true);
    const { stdout } = await run(python, ["test/clients/python/smoke.py"], { env: environment() });
    const got = JSON.parse(stdout) as Record<string, string>;
    expect(got).toMatchObject({ type: "Credentials", project: "emulated-project", email, universe: "googleapis.com" });
    expect(await tokenInfo(got.accessToken ?? "")).toMatchObject({ email });
    expect(await verified(got.idToken ?? "")).toMatchObject({ email, aud: audience });
  });
});
