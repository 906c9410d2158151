/**
 * The start of the server: what it says when all is well, and what bad input gets (a line that names file and field, and
 * the exit code; on workerd token requests fail with the same sentence and metadata goes on).
 *
 * @module
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, inject, it } from "vitest";
import { rawRequest } from "../harness/raw.ts";
import { type RunningServer, type ServerOptions, startServer } from "../harness/server.ts";
import { get } from "../harness/walk.ts";

const runtime = inject("runtime");
const account = "/computeMetadata/v1/instance/service-accounts/default";
const folder = mkdtempSync(join(tmpdir(), "gce-metadata-start-"));
const started: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(options: ServerOptions): Promise<RunningServer> {
  const server = await startServer(runtime, options);
  started.push(server);
  return server;
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = {
  type: "service_account",
  project_id: "my-project",
  private_key_id: "k1",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
  client_email: "app@my-project.iam.gserviceaccount.com",
  token_uri: "http://127.0.0.1:1/token",
};

function file(name: string, content: object | string): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** Key files that cannot work, and what is said about each. */
const brokenKeys: readonly (readonly [name: string, content: object | string, sentence: RegExp])[] = [
  ["not-json.json", "{oops", /not valid JSON/],
  ["no-key.json", { ...key, private_key: undefined }, /private_key: missing/],
  ["no-email.json", { ...key, client_email: undefined }, /client_email: missing/],
  [
    "bad-pem.json",
    { ...key, private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" },
    /private_key: not an RSA/,
  ],
  [
    "bad-type.json",
    { ...key, type: "service_acount" },
    /type: unknown credential type.*did you mean "service_account"/,
  ],
];

/** Starts a server that ends at once, and returns its exit code and what it said on stderr. */
async function refusal(options: ServerOptions): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const error = await start(options).then(
    () => "it started",
    (reason: Error) => reason.message,
  );
  const [, code, stderr = ""] = /ended with (\d+) [\s\S]*?--- stderr\n([\s\S]*)$/.exec(error) ?? [];
  return { code: Number(code), lines: stderr.split("\n").filter((line) => line !== "") };
}

// workerd has no command line of ours.
if (runtime !== "workerd") {
  describe(`Logs of --log-format json on ${runtime}`, () => {
    it("are lines of JSON and nothing else, from the first one on", async () => {
      const server = await start({ flags: ["--log-format", "json", "--log-level", "debug"] });
      await get(server.port, `${account}/email`);
      await server.stop();
      const lines = server.stderr().trimEnd().split("\n");
      const unread = lines.filter((line) => !line.startsWith('{"time":"'));
      expect(unread).toEqual([]);
      expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toContain(`GET ${account}/email`);
    });
  });

  describe(`The start on ${runtime}`, () => {
    it("prints one line with the base URL on stdout, and everything else on stderr", async () => {
      const server = await start({});
      expect(server.stdout()).toMatch(/^.*http:\/\/127\.0\.0\.1:\d+.*\n$/);
      expect(server.stdout()).toContain(server.origin);
    });

    it.each(brokenKeys)(
      "refuses %s with one line that names file and field, and 2",
      async (name, content, sentence) => {
        const { code, lines } = await refusal({ flags: ["--service-account-file", file(name, content)] });
        expect(code).toBe(2);
        expect(lines).toHaveLength(1);
        expect(lines[0]).toContain(name);
        expect(lines[0]).toMatch(sentence);
      },
    );

    it.each<[string, ServerOptions, RegExp]>([
      ["an unknown flag", { flags: ["--projct-id", "x"] }, /--projct-id.*did you mean --project-id/],
      ["an unknown key", { config: { presett: "vm" } }, /presett: Unknown key, did you mean "preset"/],
      ["an unknown preset", { flags: ["--preset", "vmm"] }, /--preset: Must be one of vm, cloud-run, gke/],
    ])("refuses %s with the nearest name, and 2", async (_, options, sentence) => {
      const { code, lines } = await refusal(options);
      expect(code).toBe(2);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(sentence);
    });

    it("says that a port is in use, and ends with 1", async () => {
      const taken = createServer();
      const port = await new Promise<number>((settle) => {
        taken.listen(0, "127.0.0.1", () => settle((taken.address() as { port: number }).port));
      });
      const { code, lines } = await refusal({ flags: ["--port", String(port)] });
      taken.close();
      expect(code).toBe(1);
      expect(lines).toEqual([
        `Cannot listen on 127.0.0.1:${port}: the address is in use; choose another --port, or 0 for a free one`,
      ]);
    });
  });
} else {
  describe("Bad input on workerd", () => {
    it.each(brokenKeys)("%s: every token is 500 with the sentence, metadata goes on", async (_, content, sentence) => {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      const { port, stdout } = await start({ env: { GOOGLE_APPLICATION_CREDENTIALS_JSON: text } });
      for (const path of ["/token", "/identity?audience=a"]) {
        const { status, body } = await get(port, account + path);
        expect(status).toBe(500);
        expect(body.toString().replaceAll("&#34;", '"')).toMatch(sentence);
      }
      expect((await get(port, "/computeMetadata/v1/instance/name")).status).toBe(200);
      expect(stdout()).toMatch(sentence);
    });

    it("is told apart from a service by the key auth alone", async () => {
      const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
      const { port } = await start({
        config: { metadata: { instance: { attributes: { auth: "x" } } }, accounts: { default: { scopes } } },
        env: { GOOGLE_APPLICATION_CREDENTIALS_JSON: "{oops" },
      });
      expect((await get(port, `${account}/token`)).status).toBe(500);
      expect((await get(port, "/computeMetadata/v1/instance/attributes/auth")).body.toString()).toBe("x");
    });

    it("tells what is wrong in the configuration below the secret path alone, where there is one", async () => {
      const secret = "a-secret-that-nobody_guesses";
      const { port } = await start({ config: { presett: "vm" }, env: { METADATA_SECRET_PATH: secret } });
      const [bare, right] = await Promise.all([get(port, "/"), get(port, `/s/${secret}/`)]);
      expect([bare.status, bare.body.length]).toEqual([404, 0]);
      expect(bare.headers.map(([name]) => name.toLowerCase())).not.toContain("metadata-flavor");
      expect([right.status, right.body.toString()]).toEqual([500, expect.stringContaining("presett: Unknown key")]);
    });

    it("answers every request with what is wrong in the configuration", async () => {
      const { port, stdout } = await start({ config: { presett: "vm" } });
      const { status, headers, body } = await get(port, "/computeMetadata/v1/instance/name");
      expect(status).toBe(500);
      expect(headers).toContainEqual(["Metadata-Flavor", "Google"]);
      expect(body.toString()).toContain("presett: Unknown key, did you mean &#34;preset&#34;?");
      expect(stdout()).toContain('ERROR presett: Unknown key, did you mean "preset"?');
      const stranger = await rawRequest(port, { target: "/", headers: [["Host", "rebind.example"]] });
      expect([stranger.status, stranger.body.includes("presett")]).toEqual([403, false]);
    });
  });
}

describe(`A token endpoint that is not there, on ${runtime}`, () => {
  it("is 503 with step and endpoint, and metadata goes on", async () => {
    const { port } = await start({ flags: ["--service-account-file", file("key.json", key)] });
    for (const path of ["/token", "/identity?audience=a"]) {
      const { status, body } = await get(port, account + path);
      expect(status).toBe(503);
      expect(body.toString()).toContain("http://127.0.0.1:1/token");
      expect(body.toString()).not.toContain("PRIVATE KEY");
    }
    expect((await get(port, `${account}/email`)).body.toString()).toBe(key.client_email);
  });
});
