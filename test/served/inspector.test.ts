/**
 * Inspector and metrics as each runtime serves them (interface.md, "Inspector and metrics"): the page with its headers,
 * the stream as it flows, the numbers, and who gets none of them.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createEventReader } from "../../worker/inspector/page/server-events.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const controlToken = "control-token-of-this-test";
const authorization = { Authorization: `Bearer ${controlToken}` };

let server: RunningServer;
beforeAll(async () => {
  server = await startServer(inject("runtime"), { flags: ["--control-token", controlToken] });
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.origin}${path}`, { headers });
const ask = (path: string) => get(`/computeMetadata/v1/${path}`, { "Metadata-Flavor": "Google" });

describe("The inspector's page", () => {
  it("is whole below /emulator/, without a token", async () => {
    const page = await get("/emulator/");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    const html = await page.text();
    for (const [, name = ""] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
      const asset = await get(`/emulator/${name}`);
      expect([name, asset.status]).toEqual([name, 200]);
      expect(asset.headers.get("x-content-type-options")).toBe("nosniff");
      expect((await asset.text()).length).toBeGreaterThan(100);
    }
  });

  it("lets nothing in from elsewhere and nobody frame it", async () => {
    const { headers } = await get("/emulator/");
    expect(headers.get("content-security-policy")?.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  });

  it.each(["constructor", "__proto__", "nothing.js"])("has no file that is called %s", async (name) => {
    expect((await get(`/emulator/${name}`)).status).toBe(404);
  });
});

describe("The stream", () => {
  it("needs the token", async () => {
    expect((await get("/emulator/v1/stream")).status).toBe(401);
  });

  it("tells how everything is, then each request as it happens", async () => {
    const answer = await get("/emulator/v1/stream", authorization);
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const parse = createEventReader();
    const decoder = new TextDecoder();
    const seen: string[] = [];
    await ask("instance/zone");
    for await (const piece of answer.body ?? []) {
      const events = parse(decoder.decode(piece, { stream: true }));
      seen.push(...events.map(({ name }) => name));
      const request = events.find(({ name }) => name === "request");
      if (request === undefined) continue;
      expect(JSON.parse(request.data)).toMatchObject({ path: "/computeMetadata/v1/instance/zone", status: 200 });
      break;
    }
    expect(seen.slice(0, 5)).toEqual(["hello", "tree", "waiters", "tokens", "faults"]);
    expect(seen).toContain("request");
  });
});

describe("The metrics", () => {
  it("need the token", async () => {
    expect((await get("/emulator/v1/metrics")).status).toBe(401);
  });

  it("count requests, and how tokens came", async () => {
    await ask("instance/service-accounts/default/token");
    await ask("instance/service-accounts/default/token");
    const answer = await get("/emulator/v1/metrics", authorization);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await answer.text();
    expect(text).toMatch(
      /^gce_metadata_requests_total\{route="instance\/service-accounts\/\{account\}\/token",.*\} 2$/m,
    );
    expect(text).toMatch(/^gce_metadata_token_cache_requests_total\{outcome="hit"\} 1$/m);
    expect(text).toMatch(/^gce_metadata_build_info\{version="[\d.]+",.*\} 1$/m);
    expect(text).toMatch(/^gce_metadata_waiters 0$/m);
    expect(text).toMatch(/^gce_metadata_token_lifetime_seconds\{kind="access"\} 3[56]\d\d/m);
  });

  it("are OpenMetrics for who asks for that", async () => {
    const answer = await get("/emulator/v1/metrics", { ...authorization, Accept: "application/openmetrics-text" });
    expect(answer.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect((await answer.text()).endsWith("# EOF\n")).toBe(true);
  });

  it("are open with --open-metrics, and there is no page without a control token", async () => {
    const open = await startServer(inject("runtime"), { flags: ["--open-metrics"] });
    try {
      expect((await fetch(`${open.origin}/emulator/v1/metrics`)).status).toBe(200);
      expect((await fetch(`${open.origin}/emulator/`)).status).toBe(404);
      expect((await fetch(`${open.origin}/emulator/v1/stream`)).status).toBe(404);
    } finally {
      await open.stop();
    }
  });
});

describe("--inspect", () => {
  it.runIf(inject("runtime") !== "workerd")("makes a token and prints the link that has it", async () => {
    const inspected = await startServer(inject("runtime"), { flags: ["--inspect"] });
    try {
      const [, link, token = ""] =
        /(http:\/\/127\.0\.0\.1:\d+\/emulator\/)#token=([\w-]+)/.exec(inspected.stdout()) ?? [];
      expect(link).toBe(`${inspected.origin}/emulator/`);
      expect(token.length).toBeGreaterThanOrEqual(24);
      const headers = { Authorization: `Bearer ${token}` };
      expect((await fetch(`${inspected.origin}/emulator/v1/requests`, { headers })).status).toBe(200);
      expect(inspected.stderr()).not.toContain(token);
    } finally {
      await inspected.stop();
    }
  });
});

// workerd itself waits for open connections, whatever they carry.
it.runIf(inject("runtime") !== "workerd")("ends open streams at SIGTERM, and the process with them", async () => {
  const short = await startServer(inject("runtime"), { flags: ["--control-token", controlToken] });
  const answer = await fetch(`${short.origin}/emulator/v1/stream`, { headers: authorization });
  const reader = (answer.body ?? new ReadableStream<Uint8Array>()).getReader();
  await reader.read();
  const stopped = short.stop();
  for (;;) {
    const { done } = await reader.read().catch(() => ({ done: true }));
    if (done) break;
  }
  expect(await stopped).toBe(0);
});
