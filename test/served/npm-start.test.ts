/**
 * What stands between a client and the worker under `npm start`: wrangler's own proxy, inspector, explorer and log, as
 * `patches/` leaves them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const secret = "a-capability-that-nobody-guesses";
const canary = "ya29.canary-of-npm-start";
const path = `/s/${secret}/computeMetadata/v1/instance/service-accounts/default/token`;
const flavor = ["Metadata-Flavor", "Google"] as const;

// wrangler runs workerd.
describe.runIf(inject("runtime") === "workerd")("npm start", () => {
  let server: RunningServer;
  let before: string;
  const state = mkdtempSync(join(tmpdir(), "gce-metadata-npm-start-"));

  beforeAll(async () => {
    before = await devtools();
    const env = { GOOGLE_ACCESS_TOKEN: canary, METADATA_SECRET_PATH: secret };
    server = await startServer("wrangler", { env, flags: ["--state", state] });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(state, { recursive: true, force: true, maxRetries: 3 });
  });

  const ask = async (target: string, ...headers: (readonly [string, string])[]) => {
    const { body, status } = await rawRequest(server.port, { target, headers: [...headers, ["Connection", "close"]] });
    return { status, body: body.toString() };
  };

  it("gives a token to whoever knows the path", async () => {
    const answer = await ask(path, ["Host", "metadata"], flavor);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(canary);
  });

  it.each([
    ["MF-Original-URL", `http://metadata${path}`],
    ["MF-Op-Original-URL", `http://metadata${path}`],
    ["MF-Proxy-Shared-Secret", "guessed"],
    ["X-Forwarded-Host", "metadata"],
    ["X-Forwarded-Proto", "http"],
    ["MF-Route-Override", "gce-metadata-emulator"],
  ])("a foreign Host is refused beside the proxy's own header %s", async (name, value) => {
    const answer = await ask(path, ["Host", "evil.com"], [name, value], flavor);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toContain(canary);
  });

  it.each(["/cdn-cgi/explorer/", "/cdn-cgi/explorer/api/workers", "/cdn-cgi/handler/scheduled"])(
    "nothing of wrangler's stands at %s",
    async (target) => {
      expect(await ask(target, ["Host", "localhost"])).toEqual({ status: 404, body: "" });
    },
  );

  it("opens no inspector", async () => {
    expect(await devtools()).toBe(before);
  });

  it("keeps no record of requests, in which the secret path would stand", async () => {
    expect((await ask(path, ["Host", "metadata"], flavor)).status).toBe(200);
    const names = readdirSync(state, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".sqlite"))).not.toEqual([]);
    expect(names.filter((name) => name.includes("observability"))).toEqual([]);
    const files = names.map((name) => join(state, name)).filter((file) => statSync(file).isFile());
    expect(files.filter((file) => readFileSync(file).includes(secret))).toEqual([]);
  });

  it("has no secret path in its log", async () => {
    await expect.poll(() => server.stdout()).toContain("/s/[redacted]/computeMetadata/v1/instance/");
    expect(server.stdout() + server.stderr()).not.toContain(secret);
  });
});

/** What stands where wrangler puts its inspector: perhaps that of another program. It refuses whoever says it is a browser. */
async function devtools(): Promise<string> {
  const headers = [
    ["Host", "127.0.0.1:9229"],
    ["Connection", "close"],
  ] as const;
  try {
    return (await rawRequest(9229, { target: "/json", headers })).body.toString();
  } catch {
    return "";
  }
}
