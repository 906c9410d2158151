/**
 * Capability mode on every runtime: below `/s/SECRET` everything, elsewhere nothing that would tell what is here.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { exchange, headerValues, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const secret = "a-secret-that-nobody_guesses";
const controlToken = "control-token-of-this-test";
const prefix = `/s/${secret}`;
const token = "/computeMetadata/v1/instance/service-accounts/default/token";

let server: RunningServer;
beforeAll(async () => {
  const flags = ["--secret-path", secret, "--control-token", controlToken, "--log-level", "debug"];
  server = await startServer(runtime, { flags });
});
afterAll(() => server?.stop());

const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
  ["Authorization", `Bearer ${controlToken}`],
] as const;

const ask = (target: string, method = "GET"): Promise<RawResponse> =>
  rawRequest(server.port, { method, target, headers });

describe(`Capability mode on ${runtime}`, () => {
  it.each([
    "/",
    token,
    "/emulator/",
    "/emulator/v1/health",
    "/emulator/v1/metadata/",
    "/s",
    "/s/",
    `/s/${secret.slice(0, -1)}`,
    `/s/${secret.slice(0, -1)}X${token}`,
    `${prefix}x${token}`,
    `/S/${secret}${token}`,
    `/${prefix}${token}`,
    `${prefix}/..${token}`,
    `${prefix}/%2e%2e/%2e%2e${token}`,
    `${token}?/s/${secret}`,
  ])("%s: nothing is here", async (target) => {
    for (const method of ["GET", "HEAD", "PUT", "OPTIONS"]) {
      const answer = await ask(target, method);
      expect([answer.status, answer.body.length]).toEqual([404, 0]);
      // What the real server sends would give this one away.
      const names = answer.headers.map(([name]) => name.toLowerCase());
      const ordinary = ["date", "content-length", "connection", "keep-alive", "vary", "content-encoding"];
      expect(names.filter((name) => !ordinary.includes(name))).toEqual([]);
    }
  });

  it.each([
    ["bytes of another protocol", "\x16\x03\x01\x02\x00\x01\r\n\r\n"],
    ["an HTTP that there is not", "GET / HTTP/9.9\r\nHost: metadata\r\n\r\n"],
    ["a method that there is not", "G\0T / HTTP/1.1\r\nHost: metadata\r\n\r\n"],
    ["a target that no URL can hold", "GET http://[::::/ HTTP/1.1\r\nHost: metadata\r\nConnection: close\r\n\r\n"],
    ["a header without an end", `GET / HTTP/1.1\r\nHost: metadata\r\nX: ${"x".repeat(100_000)}\r\n\r\n`],
    [
      "a body without an end",
      `PUT / HTTP/1.1\r\nHost: metadata\r\nContent-Length: 3000000\r\n\r\n${"x".repeat(4_000)}`,
    ],
    ["a request without Host", "GET / HTTP/1.1\r\n\r\n"],
    ["an expectation", "GET / HTTP/1.1\r\nHost: metadata\r\nExpect: nothing\r\n\r\n"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("tells nothing to %s", async (_, bytes) => {
    const until = (received: Buffer) => received.length > 0 && 200;
    const received = await exchange(server.port, Buffer.from(bytes, "latin1"), { until, timeoutMs: 2_000 }).catch(
      () => undefined,
    );
    expect(received?.bytes.toString("latin1") ?? "").not.toMatch(/metadata|google|emulator|x-xss|x-frame/i);
  });

  it("gives everything below the secret", async () => {
    const answer = await ask(prefix + token);
    expect([answer.status, headerValues(answer, "Metadata-Flavor")]).toEqual([200, ["Google"]]);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ token_type: "Bearer" });
    expect((await ask(`${prefix}/`)).body.toString()).toBe("computeMetadata/\n");
    expect((await ask(prefix)).body.toString()).toBe("computeMetadata/\n");
    expect((await ask(`${prefix}/emulator/v1/health`)).status).toBe(200);
    expect((await ask(`${prefix}/computeMetadata/v1/instance/nothing`)).status).toBe(404);
  });

  it("still judges Host and Metadata-Flavor there", async () => {
    const evil = await rawRequest(server.port, { target: prefix + token, headers: [["Host", "evil.example"]] });
    const bare = await rawRequest(server.port, { target: prefix + token, headers: headers.slice(0, 1) });
    expect([evil.status, bare.status]).toEqual([403, 403]);
  });

  it("keeps the secret in the addresses that it gives", async () => {
    const moved = await ask(`${prefix}/computeMetadata/v1/instance`);
    expect(moved.status).toBe(301);
    const place = `http://metadata.google.internal${prefix}`;
    expect(headerValues(moved, "Location")).toEqual([`${place}/computeMetadata/v1/instance/`]);
    const discovery = await ask(`${prefix}/emulator/v1/issuer/.well-known/openid-configuration`);
    expect(JSON.parse(discovery.body.toString())).toMatchObject({ jwks_uri: `${place}/emulator/v1/issuer/jwks` });
  });

  it("writes the secret into no journal and no log but the start lines", async () => {
    await ask(`${prefix}/computeMetadata/v1/instance/zone`);
    const journal = (await ask(`${prefix}/emulator/v1/requests`)).body.toString();
    expect(journal).toContain('"/computeMetadata/v1/instance/zone"');
    expect(journal).not.toContain(secret);
    const lines = `${server.stdout()}${server.stderr()}`.split("\n").filter((line) => line.includes(secret));
    expect(lines.filter((line) => !/ready on|^ {2}(?:clients|try) /.test(line))).toEqual([]);
  });

  it("serves Google's Python library by GCE_METADATA_HOST with the path in it", async () => {
    const host = `127.0.0.1:${server.port}${prefix}`;
    const program = `
import google.auth, google.auth.transport.requests
credentials, project = google.auth.default()
credentials.refresh(google.auth.transport.requests.Request())
print(project, credentials.token[:14], credentials.service_account_email)
`;
    const variables = { GCE_METADATA_HOST: host, GCE_METADATA_IP: host, GCE_METADATA_ROOT: host };
    const env = { PATH: process.env.PATH, HOME: "/nonexistent", ...variables };
    const { stdout } = await promisify(execFile)(".cache/venv/bin/python", ["-c", program], { env });
    expect(stdout).toMatch(/^emulated-project ya29\.emulator\. \d+-compute@developer\.gserviceaccount\.com\n$/);
  });
});

if (runtime !== "workerd")
  describe(`--secret-path without a value on ${runtime}`, () => {
    it("makes a secret of 144 bits and prints the lines that clients need", async () => {
      const own = await startServer(runtime, { flags: ["--secret-path"] });
      const [, made = ""] = /ready on http:\/\/127\.0\.0\.1:\d+\/s\/([\w-]+) /.exec(own.stdout()) ?? [];
      expect(made).toMatch(/^[\w-]{24}$/);
      const right = await rawRequest(own.port, { target: `/s/${made}${token}`, headers });
      const none = await rawRequest(own.port, { target: token, headers });
      expect([right.status, none.status]).toEqual([200, 404]);
      await own.stop();
      expect(own.stderr()).toContain(`export GCE_METADATA_HOST=127.0.0.1:${own.port}/s/${made} `);
    });

    it("is refused when it is short", async () => {
      await expect(startServer(runtime, { flags: ["--secret-path", "short"] })).rejects.toThrow(
        /ended with 2 [\s\S]*--secret-path: Must be 22/,
      );
    });
  });
