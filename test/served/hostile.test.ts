/**
 * Hostile bytes and surroundings: smuggled and half-sent requests, clients that go away, arbitrary bytes; and what the
 * server warns of at its start (SECURITY.md).
 *
 * @module
 */
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { exchange } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";
import { get } from "../harness/walk.ts";

const runtime = inject("runtime");
const token = "/computeMetadata/v1/instance/service-accounts/default/token";
const folder = mkdtempSync(join(tmpdir(), "gce-metadata-hostile-"));
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(runtime);
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const asked = `GET ${token} HTTP/1.1\r\nHost: metadata\r\nMetadata-Flavor: Google\r\n\r\n`;

/** Sends bytes and gives what came back until the server closed or answered `answers` times. */
async function send(bytes: string | Uint8Array, answers = 1): Promise<string> {
  const until = (received: Buffer) => received.toString("latin1").split("HTTP/1.").length > answers && 100;
  return (await exchange(server.port, bytes, { until })).bytes.toString("latin1");
}

async function isWell(): Promise<boolean> {
  return (await get(server.port, token)).status === 200;
}

/** A first request whose length two parsers may read differently, with a token request hidden in its body. */
const smuggled: readonly (readonly [string, readonly string[], string])[] = [
  [
    "both Content-Length and Transfer-Encoding",
    [`Content-Length: ${asked.length + 5}`, "Transfer-Encoding: chunked"],
    `0\r\n\r\n${asked}`,
  ],
  ["two different lengths", ["Content-Length: 0", `Content-Length: ${asked.length}`], asked],
  ["a length with a sign", [`Content-Length: +${asked.length}`], asked],
  ["an unknown transfer coding", ["Transfer-Encoding: xchunked"], `0\r\n\r\n${asked}`],
  ["a chunked coding that is not the last", ["Transfer-Encoding: chunked, identity"], `0\r\n\r\n${asked}`],
];

/** What SECURITY.md says of headers, in KiB a little below and above it. */
const headerBounds = {
  node: { least: 63, most: 65, status: 431 },
  bun: { least: 15, most: 17, status: 431 },
  deno: { least: 60, most: 70, status: 400 },
} as const;

describe(`Hostile bytes on ${runtime}`, () => {
  it.each(smuggled)("answers no request smuggled by %s", async (_, lines, body) => {
    const head = ["GET / HTTP/1.1", "Host: metadata", ...lines].join("\r\n");
    const received = await send(`${head}\r\n\r\n${body}`, 2).catch(() => "");
    expect(received).not.toContain("access_token");
    expect(await isWell()).toBe(true);
  });

  it("does not take a folded or spaced header for the one that is needed", async () => {
    for (const line of [
      "Metadata-Flavor : Google",
      "X: a\r\n Metadata-Flavor: Google",
      "\u00a0Metadata-Flavor: Google",
    ])
      expect(await send(`GET ${token} HTTP/1.1\r\nHost: metadata\r\n${line}\r\n\r\n`).catch(() => "")).not.toContain(
        "access_token",
      );
  });

  it("serves others while a client sends its request by halves, and when it goes away", async () => {
    const slow = Array.from({ length: 50 }, () => connect({ port: server.port, host: "127.0.0.1" }));
    await Promise.all(slow.map((socket) => new Promise<void>((done) => socket.once("connect", () => done()))));
    for (const socket of slow) socket.on("error", () => undefined).write(asked.slice(0, -10));
    expect(await isWell()).toBe(true);
    for (const socket of slow) socket.destroy();
    const waiting = connect({ port: server.port, host: "127.0.0.1" });
    waiting
      .on("error", () => undefined)
      .write(asked.replace(token, "/computeMetadata/v1/?recursive=true&wait_for_change=true"));
    expect(await isWell()).toBe(true);
    waiting.resetAndDestroy();
    expect(await isWell()).toBe(true);
  });

  it("refuses headers that are far too long and goes on", async () => {
    const received = await send(
      `GET ${token} HTTP/1.1\r\nHost: metadata\r\nX: ${"x".repeat(1024 * 1024)}\r\nMetadata-Flavor: Google\r\n\r\n`,
    ).catch(() => "");
    expect(received).not.toMatch(/^HTTP\/1\.1 5(?!03)/);
    expect(await isWell()).toBe(true);
  });

  it.each(["audience", "scopes"])("refuses a parameter that is far too long: %s", async (name) => {
    const path = name === "scopes" ? `${token}?scopes=` : `${token.replace("token", "identity")}?audience=`;
    expect((await get(server.port, `${path}${"a".repeat(4_097)}`)).status).toBe(400);
  });

  // workerd has a bound of its own, which nothing here can move.
  it.runIf(runtime !== "workerd")("takes headers up to its bound and refuses longer ones", async () => {
    const { least, most, status } = headerBounds[runtime as keyof typeof headerBounds];
    const withHeader = (kibibytes: number) =>
      asked.replace("\r\n\r\n", `\r\nX: ${"x".repeat(kibibytes * 1024)}\r\n\r\n`);
    expect(await send(withHeader(least))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send(withHeader(most))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it("never fails, and gives no token without the header, whatever is sent", async () => {
    const line = fc.oneof(
      fc.constantFrom(
        "Host: metadata",
        "Host: metadata",
        "Host: evil.example",
        "X-Forwarded-For: ",
        "Origin: null",
        "Connection: close",
        "Expect: 100-continue",
        "Upgrade: h2c",
      ),
      fc
        .tuple(fc.string({ maxLength: 8 }), fc.string({ unit: "binary", maxLength: 12 }))
        .map(([name, value]) => `${name}: ${value}`),
    );
    const target = fc.oneof(
      fc.constantFrom(
        token,
        `/${token}`,
        `http://metadata${token}`,
        // Nothing that a URL can hold.
        "http://[/",
        `http://metadata:99999${token}`,
        "*",
        "/",
        `${token}/../token`,
        "/emulator/v1/metadata/instance/",
        "/emulator/v1/events",
      ),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .array(
          fc.constantFrom(
            "..",
            "%2e",
            "%00",
            ";",
            "computeMetadata",
            "v1",
            "instance",
            "token",
            "?recursive=true",
            "&alt=json",
            "%",
            "\u00ff",
          ),
        )
        .map((parts) => `/${parts.join("/")}`),
    );
    const method = fc.constantFrom(
      "GET",
      "GET",
      "HEAD",
      "POST",
      "PUT",
      "DELETE",
      "PATCH",
      "OPTIONS",
      "TRACE",
      "CONNECT",
      "get",
      "G\u0000T",
    );
    const request = fc
      .record({
        method,
        target,
        version: fc.constantFrom("1.1", "1.0", "2.0", "0.9"),
        lines: fc.array(line, { maxLength: 6 }),
        tail: fc.string({ unit: "binary", maxLength: 20 }),
      })
      .map(
        ({ lines, method: verb, tail, target: path, version }) =>
          `${verb} ${path} HTTP/${version}\r\n${lines.map((one) => `${one}\r\n`).join("")}\r\n${tail}`,
      )
      // A generated line is not likely to be the real header, but this must not hang on luck.
      .filter((text) => !/metadata-flavor:[ \t]*google/i.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 100, maxLength: 100 }), async (requests) => {
        const received = await exchangeAll(requests);
        expect(received).not.toContain("access_token");
        expect(failuresIn(received)).toEqual([]);
      }),
      { numRuns: fuzzRuns, seed: 20261124, endOnFailure: true },
    );
    expect(await isWell()).toBe(true);
  }, 180_000);

  // A worker has no address of its own to widen, and no files.
  it.runIf(runtime !== "workerd")(
    "warns of an address that others reach, and of files that others may read",
    async () => {
      const file = join(folder, "config.json");
      writeFileSync(file, "{}");
      chmodSync(file, 0o644);
      const wide = await startServer(runtime, { flags: ["--host", "0.0.0.0", "--config", file] });
      expect(wide.stderr()).toMatch(/--host 0\.0\.0\.0: whoever reaches this address .* gets tokens/);
      expect(wide.stderr()).toContain(`other users of this machine may read "${file}"`);
      await wide.stop();
      chmodSync(file, 0o600);
      const narrow = await startServer(runtime, { flags: ["--config", file] });
      expect(narrow.stderr()).not.toContain("warn");
      expect(narrow.stderr()).not.toContain("WARN");
      await narrow.stop();
      // A warning is no obstacle.
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );
});

/** 4 × 250 × 100 requests over the four runtimes are the 100,000 of a CI run. */
const fuzzRuns = process.env.CI === undefined ? 20 : 250;

/** Answers that say the server failed. What workerd itself cannot parse it answers with a bare 500, not the worker's. */
function failuresIn(received: string): string[] {
  const failed = received.split(/(?=HTTP\/1\.[01] )/).filter((answer) => /^HTTP\/1\.[01] (?:500|502)/.test(answer));
  return failed.filter((answer) => runtime !== "workerd" || /^Metadata-Flavor/im.test(answer));
}

/** Each request on a connection of its own, 25 at a time; everything that came back. */
async function exchangeAll(requests: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (let at = 0; at < requests.length; at += 25) {
    const some = requests.slice(at, at + 25).map((bytes) => pushAndEnd(Buffer.from(bytes, "latin1")));
    parts.push(...(await Promise.all(some)));
  }
  return parts.join("\n");
}

/** Sends bytes, ends the sending side, and reads to the end: a server that waits for more gets none. */
function pushAndEnd(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ port: server.port, host: "127.0.0.1" }, () => socket.end(bytes));
    const limit = setTimeout(() => socket.destroy(), 3_000);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(limit);
      resolve(received);
    });
  });
}
