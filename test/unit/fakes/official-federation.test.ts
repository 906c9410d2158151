/**
 * Proof that every kind of federation at the fake Google is the real one: google-auth-library for Node and google-auth for
 * Python do each of them against the same world as the served sources (test/served/sources.test.ts).
 *
 * @module
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { federationFiles } from "../../contract/served-sources.ts";
import { createGoogleWorld, type GoogleWorld, who } from "../../harness/google-world.ts";

const run = promisify(execFile);

/** Each language's program, and how its files name the endpoints. */
const languages = {
  node: ["node", "test/clients/node/federation.mjs"],
  python: [".cache/venv/bin/python", "test/clients/python/federation.py"],
} as const;

describe.each(["node", "python"] as const)("the official library for %s", (language) => {
  let world: GoogleWorld;
  let tokens: Record<string, string>;
  beforeAll(async () => {
    world = await createGoogleWorld();
    const input = join(world.folder, "files.json");
    writeFileSync(input, JSON.stringify(federationFiles(world)));
    const { PATH = "" } = process.env;
    const ca = join(world.folder, "ca.pem");
    const env = {
      PATH,
      HOME: world.folder,
      GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1",
      NODE_EXTRA_CA_CERTS: ca,
      REQUESTS_CA_BUNDLE: ca,
      NO_PROXY: "127.0.0.1",
    };
    const [program, script] = languages[language];
    const { stdout } = await run(program, [script, input], { env });
    tokens = JSON.parse(stdout) as Record<string, string>;
  }, 60_000);
  afterAll(() => world?.close());

  it("sends nothing that the fake finds wrong", () => expect(world.google.violations).toEqual([]));

  it.each([
    ["fileText", who.workload],
    ["fileJson", who.target],
    ["urlText", who.workload],
    ["urlJson", who.target],
    ["program", who.target],
    ["aws", who.target],
    ["certificate", who.target],
  ])("gets a token by its %s source", (name, subject) => {
    const scopes = ["https://www.googleapis.com/auth/devstorage.read_only"];
    expect(world.google.issuer.issued.get(tokens[name] ?? "")).toMatchObject({ subject, scopes });
  });
});
