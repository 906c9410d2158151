/**
 * Every mistake is told at once and once, and nothing that would only follow from another one.
 */
import { describe, expect, it } from "vitest";
import { type Case, problems } from "./fixture.ts";

const places = async (given: Case) => (await problems(given)).map((line) => line.split(": ")[0]);
const impersonated = (base: unknown) => ({ source: { type: "impersonated", serviceAccount: "a@b", base } });
const hash = "0".repeat(64);

describe("a configuration with a mistake", () => {
  it.each<[string, object, readonly string[]]>([
    [
      "has its accounts judged beside an unknown key",
      { presett: "vm", accounts: { "a b": {}, z: impersonated("nobody") } },
      ["presett", 'accounts["a b"]', "accounts.z.source.base"],
    ],
    [
      "has all its accounts judged beside a wrong one",
      { accounts: { a: { scopes: "s" }, "b c": {}, z: impersonated("nobody") } },
      ["accounts.a.scopes", 'accounts["b c"]', "accounts.z.source.base"],
    ],
    [
      "has its other keys judged beside a wrong list",
      { allowedHosts: [1], scenario: [{ at: 1, event: { type: "x" } }], issuer: "x" },
      ["allowedHosts[0]", "scenario[0].event.type", "issuer"],
    ],
    [
      "has the other instances of a service judged beside a wrong one",
      {
        auth: { secrets: [{ name: "a", sha256: hash }] },
        instances: { m: 1, n: { metadata: { instance: 1 }, scenario: [{ at: 1, event: { type: "x" } }] } },
        clients: [{ match: { secret: "a" }, instance: "m" }],
      },
      ["instances.m", "instances.n.scenario[0].event.type", "instances.n.metadata.instance"],
    ],
  ])("%s", async (_, config, expected) => {
    expect(await places({ config })).toEqual(expected);
  });

  it.each<[string, Case, readonly string[]]>([
    ["an account that is none", { config: { accounts: { x: 5, y: impersonated("x") } } }, ["accounts.x"]],
    ["accounts by another name", { config: { acounts: {}, accounts: { y: impersonated("x") } } }, ["acounts"]],
    [
      "a wrong auth",
      { config: { auth: { secrets: [{ name: "a" }] }, clients: [], limits: {} } },
      ["auth.secrets[0].sha256"],
    ],
    ["a misspelt auth", { config: { auht: {}, clients: [], limits: {} } }, ["auht"]],
    ["wrong instances", { config: { instances: 1 }, flags: { instance: "a" } }, ["instances"]],
    ["a misspelt --instance", { config: { instances: { a: {}, b: {} } }, wrong: ["instance"] }, []],
    ["a wrong preset", { config: { preset: "x" }, flags: { instanceId: "00ff" } }, ["preset"]],
    [
      "an unreadable file",
      { flags: { config: "none", instance: "a", impersonate: true }, env: { METADATA_REQUIRE_AUTH: "1" } },
      ["--config"],
    ],
    [
      "a misspelt --config",
      { wrong: ["config"], flags: { instance: "a" }, env: { METADATA_CONFIG: '{"presett":1}' } },
      [],
    ],
    ["a misspelt --service-account-file", { wrong: ["serviceAccountFile"], flags: { impersonate: true } }, []],
    [
      "a misspelt --service-account-email",
      {
        flags: { serviceAccountFile: "k.json", impersonate: true },
        files: { "k.json": {} },
        wrong: ["serviceAccountEmail"],
      },
      [],
    ],
    [
      "an unreadable file that may have named whom to impersonate",
      { flags: { config: "none", serviceAccountFile: "k.json", impersonate: true }, files: { "k.json": {} } },
      ["--config"],
    ],
  ])("is not blamed for what follows from %s", async (_, given, expected) => {
    // Where the mistake is the command line's, there is another one to tell.
    const env = { ...given.env, LOG_LEVEL: "loud" };
    expect((await places({ ...given, env })).filter((place) => place !== "LOG_LEVEL")).toEqual(expected);
  });

  it("has the e-mail that is impersonated judged beside an unreadable credential", async () => {
    const flags = {
      serviceAccountFile: "none.json",
      impersonate: true,
      serviceAccountEmail: "x",
      delegates: ["a", ""],
    };
    expect(await places({ flags, files: {} })).toEqual([
      "--service-account-file",
      "--delegates",
      "--service-account-email",
    ]);
  });

  it("has flags judged that a service has not", async () => {
    const config = { auth: { secrets: [{ name: "a", sha256: hash }] } };
    const flags = { inspect: true, secretPath: "", logLevel: "x" };
    expect(await places({ config, flags })).toEqual(["--log-level", "--secret-path", "--inspect"]);
  });
});

describe("credentials", () => {
  const bad = { source: { type: "fil" } };

  it("are judged beside other mistakes, each once", async () => {
    const accounts = { x: bad, y: { source: { type: "static" } }, z: impersonated("nobody"), over: impersonated("x") };
    const config = { accounts, scenario: [{ at: 1, event: { type: "x" } }] };
    expect(await places({ config, complete: true })).toEqual([
      "scenario[0].event.type",
      "accounts.z.source.base",
      "Cannot use accounts.x.source",
      "Cannot use accounts.y.source",
    ]);
  });

  it("are not judged where a mistake was told already", async () => {
    const accounts = {
      default: { source: {} },
      a: impersonated("default"),
      b: impersonated("c"),
      c: impersonated("b"),
    };
    expect(await places({ config: { accounts }, complete: true })).toEqual([
      "accounts.default.source",
      "accounts.b.source",
      "accounts.c.source",
    ]);
    const over = { config: { accounts: { default: {}, a: impersonated("default") } }, files: {} };
    expect(await places({ ...over, flags: { serviceAccountFile: "none.json" }, complete: true })).toEqual([
      "--service-account-file",
    ]);
  });

  it("of a service are judged in every instance, a shared one once", async () => {
    const config = {
      auth: { secrets: [{ name: "a", sha256: hash }] },
      instances: { m: { accounts: { a: bad } }, n: { accounts: { a: bad } }, o: {}, p: {} },
      clients: [{ match: { secret: "b" }, instance: "m", account: "a" }],
    };
    const given = { config, flags: { serviceAccountFile: "k.json" }, files: { "k.json": { type: "fil" } } };
    expect(await problems({ ...given, complete: true })).toEqual([
      expect.stringMatching(/^clients\[0\]\.match\.secret: /),
      expect.stringMatching(/^instances\.m: Cannot use accounts\.a\.source: /),
      expect.stringMatching(/^instances\.n: Cannot use accounts\.a\.source: /),
      expect.stringMatching(/^instances\.o: Cannot use credential file "k\.json": /),
    ]);
  });
});
