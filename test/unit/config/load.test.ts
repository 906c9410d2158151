import { describe, expect, it } from "vitest";
import { load, problems, warnings } from "./fixture.ts";

describe("loadSettings", () => {
  it("has defaults for everything", async () => {
    expect(await load()).toEqual({
      preset: "vm",
      metadata: {},
      accounts: { default: { source: { type: "local" }, origin: "the local issuer" } },
      endpoints: {
        oauthToken: "https://oauth2.googleapis.com/token",
        sts: "https://sts.googleapis.com",
        iamCredentials: "https://iamcredentials.googleapis.com",
      },
      allowedHosts: [],
      openMetrics: false,
      issuer: "https://accounts.google.com",
      logLevel: "info",
      logFormat: "text",
    });
  });

  it("prefers flag to variable to configuration", async () => {
    const config = { preset: "gke", accounts: { default: { scopes: ["c"], email: "c@x" } } };
    const env = { METADATA_PRESET: "cloud-run", GOOGLE_TOKEN_SCOPES: "e1, e2", GOOGLE_ACCOUNT_EMAIL: "e@x" };
    const flags = { preset: "vm", tokenScopes: ["f"], serviceAccountEmail: "f@x" };
    expect((await load({ config })).preset).toBe("gke");
    expect(await load({ config, env })).toMatchObject({
      preset: "cloud-run",
      accounts: { default: { scopes: ["e1", "e2"], email: "e@x" } },
    });
    expect(await load({ config, env, flags })).toMatchObject({
      preset: "vm",
      accounts: { default: { scopes: ["f"], email: "f@x" } },
    });
  });

  it("takes GOOGLE_SERVICE_ACCOUNT as another name of GOOGLE_ACCOUNT_EMAIL", async () => {
    const { accounts } = await load({ env: { GOOGLE_SERVICE_ACCOUNT: "a@x" } });
    expect(accounts.default?.email).toBe("a@x");
  });

  it("takes an empty variable for an unset one", async () => {
    const env = {
      GOOGLE_PROJECT_ID: "",
      METADATA_PRESET: " ",
      GOOGLE_ACCESS_TOKEN: "",
      GOOGLE_APPLICATION_CREDENTIALS: "",
      METADATA_CONFIG: "",
    };
    expect(await load({ env })).toEqual(await load());
  });

  it("drops the newline that a shell or file leaves behind a number", async () => {
    expect((await load({ env: { GOOGLE_NUMERIC_PROJECT_ID: "123\n" } })).numericProjectId).toBe("123");
  });

  it("adds up accepted hosts, in lower case", async () => {
    const given = {
      flags: { allowHost: ["A.example"] },
      env: { METADATA_ALLOWED_HOSTS: "b,c." },
      config: { allowedHosts: ["b", "[FD00::1]"] },
    };
    expect((await load(given)).allowedHosts).toEqual(["a.example", "b", "c", "[fd00::1]"]);
  });

  it.each<[string, Record<string, string>]>([
    ["METADATA_PRESET", { METADATA_PRESET: "vmm" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
    ["LOG_FORMAT", { LOG_FORMAT: "xml" }],
    ["GOOGLE_NUMERIC_PROJECT_ID", { GOOGLE_NUMERIC_PROJECT_ID: "12a" }],
    ["GOOGLE_PROJECT_ID", { GOOGLE_PROJECT_ID: "a/b" }],
    ["METADATA_ALLOWED_HOSTS", { METADATA_ALLOWED_HOSTS: "http://a" }],
    ["METADATA_CONTROL_TOKEN", { METADATA_CONTROL_TOKEN: "a b" }],
    ["CLOUDSDK_API_ENDPOINT_OVERRIDES_STS", { CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: "sts" }],
  ])("refuses a bad %s", async (name, env) => {
    expect((await problems({ env })).map((line) => line.split(":")[0])).toEqual([name]);
  });

  it("tells all mistakes of all layers at once", async () => {
    const found = await problems({
      flags: { preset: "x" },
      env: { LOG_LEVEL: "x", GOOGLE_APPLICATION_CREDENTIALS: "missing.json" },
      config: { presett: "vm", metadata: { instance: { id: "" } } },
    });
    const places = ["--preset", "LOG_LEVEL", "GOOGLE_APPLICATION_CREDENTIALS", "presett", "metadata.instance.id"];
    expect(found.map((line) => line.split(":")[0]).sort()).toEqual(places.sort());
  });

  it("tells every event of a scenario and every unknown key of an event", async () => {
    const scenario = [
      { at: 1, event: { type: "x" } },
      { at: 2, event: { type: "preemption", one: 1, two: 2 } },
    ];
    expect((await problems({ config: { scenario } })).map((line) => line.split(":")[0])).toEqual([
      "scenario[0].event.type",
      "scenario[1].event.one",
      "scenario[1].event.two",
    ]);
  });

  it("warns of a variable of its own prefix that nothing reads", async () => {
    warnings.length = 0;
    await load({ env: { METADATA_PRESETS: "x", METADATA_SERVER_DETECTION: "assume-present" } });
    expect(warnings).toEqual(['Unknown environment variable METADATA_PRESETS, did you mean "METADATA_PRESET"?']);
  });
});

describe("the configuration", () => {
  it("comes from METADATA_CONFIG, or from a file that a variable or, before both, a flag names", async () => {
    const files = { "f.json": '{"preset":"gke"}', "g.json": '{"preset":"cloud-run"}' };
    const env = { METADATA_CONFIG: '{"preset":"vm"}', METADATA_CONFIG_FILE: "f.json" };
    expect((await load({ env, files })).preset).toBe("vm");
    expect((await load({ env: { METADATA_CONFIG_FILE: "f.json" }, files })).preset).toBe("gke");
    expect((await load({ env, files, flags: { config: "g.json" } })).preset).toBe("cloud-run");
  });

  it.each([
    ["no file", { flags: { config: "c.json" } }, '--config: Cannot read configuration file "c.json": no such file'],
    [
      "no JSON",
      { flags: { config: "c.json" }, files: { "c.json": "{ x" } },
      'Cannot read configuration file "c.json": not valid JSON',
    ],
    ["no object", { env: { METADATA_CONFIG: "[]" } }, "Cannot read METADATA_CONFIG: must be a JSON object"],
    ["no files here", { env: { METADATA_CONFIG_FILE: "c" }, noFiles: true }, "put its content into METADATA_CONFIG"],
  ])("is refused: %s", async (_name, given, part) => {
    expect((await problems(given)).join("\n")).toContain(part);
  });

  it.each<[object, string]>([
    [{ presett: "vm" }, 'presett: Unknown key, did you mean "preset"?'],
    [{ presett: "vm", hosts: [] }, 'presett: Unknown key, did you mean "preset"?\nhosts: Unknown key'],
    [{ instance: {}, accounst: {} }, 'accounst: Unknown key, did you mean "accounts"?'],
    [{ instance: {}, preset: "vm" }, 'instance: Belongs under "metadata"'],
    [{ accounts: { ci: { scope: [] } } }, 'accounts.ci.scope: Unknown key, did you mean "scopes"?'],
    [{ preset: "x" }, "preset: Must be one of vm, cloud-run, gke"],
    [{ metadata: [] }, "metadata: Must be an object"],
    [{ accounts: { ci: { scopes: "a" } } }, "accounts.ci.scopes: Must be a list, not a string"],
    [{ accounts: { ci: { source: {} } } }, 'accounts.ci.source: Must be an object with a "type"'],
    [{ issuer: "accounts" }, "issuer: Must be an http or https URL"],
    [{ oslogin: { users: [{}] } }, "oslogin.users[0].username: Is missing"],
    [{ oslogin: { users: [{ usrname: "x" }] } }, 'oslogin.users[0].usrname: Unknown key, did you mean "username"?'],
    [{ oslogin: { groups: [{ name: "g", gid: {} }] } }, "oslogin.groups[0].gid: Cannot be an object"],
    [{ auth: {} }, "auth: Names no way in"],
    [{ instances: {}, clients: [] }, 'clients: Needs "auth"'],
    [{ allowedHosts: ["a:80"] }, "allowedHosts[0]: Must be a host name"],
  ])("refuses %j", async (config, part) => {
    expect((await problems({ config })).join("\n")).toContain(part);
  });

  it("never shows a value in a problem", async () => {
    const secret = "s3cret";
    const found = await problems({
      config: {
        preset: secret,
        issuer: secret,
        metadata: secret,
        accounts: { a: { scopes: secret, source: secret } },
        allowedHosts: [`${secret}/`],
      },
      env: {
        METADATA_CONTROL_TOKEN: `${secret} x`,
        GOOGLE_ACCESS_TOKEN: `${secret} y`,
        GOOGLE_APPLICATION_CREDENTIALS: `{"private_key":"${secret}"}`,
      },
    });
    expect(found.length).toBeGreaterThan(5);
    expect(found.join("\n")).not.toContain(secret);
  });
});
