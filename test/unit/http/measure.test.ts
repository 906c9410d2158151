/** Metrics, request ids and `debug` lines, seen from outside: by requests to a whole emulator. */
import { describe, expect, it } from "vitest";
import type { Settings } from "../../../worker/config/settings.ts";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { get, settingsWith } from "../metadata/fixture.ts";

const controlToken = "control-token-of-this-test";
const tokenPath = "instance/service-accounts/default/token";

async function world(more: Partial<Settings> = {}) {
  const platform = createFakePlatform({});
  const emulator = await createEmulatorCore(settingsWith({}, more), platform);
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    emulator.fetch(
      new Request(`http://127.0.0.1:8080${path}`, { method, headers: { Host: "127.0.0.1:8080", ...headers } }),
    );
  const metrics = async (headers: Record<string, string> = { Authorization: `Bearer ${controlToken}` }) =>
    ask("/emulator/v1/metrics", headers);
  return { platform, emulator, ask, metrics };
}

describe("/emulator/v1/metrics", () => {
  it("is not there without a control token", async () => {
    const { metrics } = await world();
    expect((await metrics()).status).toBe(404);
  });

  it.each([
    ["none", {}],
    ["a wrong one", { Authorization: "Bearer wrong" }],
    ["one of another scheme", { Authorization: `Basic ${controlToken}` }],
  ])("is 401 with %s as token", async (_, headers) => {
    const { metrics } = await world({ controlToken });
    const answer = await metrics(headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("takes no token from the query", async () => {
    const { ask } = await world({ controlToken });
    expect((await ask(`/emulator/v1/metrics?token=${controlToken}`)).status).toBe(401);
  });

  it("needs no token with --open-metrics", async () => {
    const { metrics } = await world({ openMetrics: true });
    const answer = await metrics({});
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("counts what was asked, and how each token came", async () => {
    const { emulator, metrics } = await world({ controlToken });
    await Promise.all([get(emulator, tokenPath), get(emulator, tokenPath)]);
    await get(emulator, tokenPath);
    await get(emulator, "instance/no-such-thing");
    const text = await (await metrics()).text();
    const route = 'route="instance/service-accounts/{account}/token"';
    expect(text).toContain(`gce_metadata_requests_total{${route},method="GET",status="200"} 3`);
    expect(text).toContain('gce_metadata_requests_total{route="instance/**",method="GET",status="404"} 1');
    for (const outcome of ["minted", "coalesced", "hit"])
      expect(text).toContain(`gce_metadata_token_cache_requests_total{outcome="${outcome}"} 1`);
    expect(text).toContain('gce_metadata_token_lifetime_seconds{kind="access"} 3600');
  });
});

describe("X-Request-Id", () => {
  it("is never in an answer that did not ask for it", async () => {
    const { emulator } = await world({ controlToken });
    expect((await get(emulator, "instance/id")).headers.has("x-request-id")).toBe(false);
  });

  it("comes back, and stands in the log line of the request", async () => {
    const { emulator, platform } = await world({ logLevel: "debug" });
    const answer = await get(emulator, "instance/id", { headers: { "X-Request-Id": "build-17" } });
    expect(answer.headers.get("x-request-id")).toBe("build-17");
    expect(platform.lines).toContainEqual({
      level: "debug",
      message: "GET /computeMetadata/v1/instance/id",
      fields: expect.objectContaining({ status: 200, request: "build-17" }),
    });
  });

  it.each(["", "x".repeat(65), "two words"])("gets an id of this server for %j", async (given) => {
    const { emulator } = await world();
    const answer = await get(emulator, "instance/id", { headers: { "X-Request-Id": given } });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-z]{4}-\d+$/);
  });

  it("stands in the warning of a request that failed", async () => {
    const source = { type: "static", idToken: "not.a.token" };
    const { emulator, platform } = await world({ accounts: { default: { source, origin: "the test" } } });
    const answer = await get(emulator, tokenPath, { headers: { "X-Request-Id": "build-18" } });
    expect(answer.status).toBe(404);
    const warning = platform.lines.find(({ level }) => level === "warn");
    expect(warning?.fields).toMatchObject({ request: "build-18", status: 404 });
  });
});

describe("debug lines", () => {
  it("show each decision of a token's way, and never the token", async () => {
    const { emulator, platform } = await world({ logLevel: "debug" });
    const answer = await get(emulator, tokenPath, { headers: { "User-Agent": "curl/8.5" } });
    const { access_token } = (await answer.json()) as { access_token: string };
    const lines = platform.lines.filter(({ level }) => level === "debug");
    expect(lines.map(({ message }) => message)).toEqual([
      "Got an access token",
      `GET /computeMetadata/v1/${tokenPath}`,
    ]);
    expect(lines[1]?.fields).toMatchObject({
      account: "412345678901-compute@developer.gserviceaccount.com",
      scopes: expect.stringContaining("https://www.googleapis.com/auth/cloud-platform"),
      cache: "minted",
      client: "curl/8.5",
    });
    expect(JSON.stringify(platform.lines)).not.toContain(access_token);
  });

  it("are not made at the level info", async () => {
    const { emulator, platform } = await world({ controlToken });
    await get(emulator, "instance/id");
    expect(platform.lines.filter(({ message }) => message.startsWith("GET "))).toEqual([]);
  });
});
