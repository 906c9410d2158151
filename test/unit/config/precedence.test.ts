import { describe, expect, it } from "vitest";
import type { FlagValues } from "../../../worker/config/flag-values.ts";
import type { Settings } from "../../../worker/config/settings.ts";
import { isObject, type Json } from "../../../worker/lib/json.ts";
import { load } from "./fixture.ts";

/** One value at each of its layers, lowest last; `undefined` where a layer cannot give it. */
interface Layers {
  readonly name: string;
  readonly flags: FlagValues;
  readonly env: Readonly<Record<string, string>>;
  readonly config?: unknown;
  readonly read: (settings: Settings) => unknown;
  readonly values: readonly [flag: unknown, env: unknown, config: unknown, fallback: unknown];
}

const instance = (settings: Settings, key: string): Json | undefined =>
  isObject(settings.metadata.instance) ? settings.metadata.instance[key] : undefined;
const main = (settings: Settings) => settings.accounts.default;
const account = (value: object) => ({ accounts: { default: value } });

const table: readonly Layers[] = [
  {
    name: "preset",
    flags: { preset: "gke" },
    env: { METADATA_PRESET: "cloud-run" },
    config: { preset: "cloud-run" },
    read: (settings) => settings.preset,
    values: ["gke", "cloud-run", "cloud-run", "vm"],
  },
  {
    name: "project id",
    flags: { projectId: "flag" },
    env: { GOOGLE_PROJECT_ID: "env" },
    read: (settings) => settings.projectId,
    values: ["flag", "env", undefined, undefined],
  },
  {
    name: "secret path",
    flags: { secretPath: "of-a-flag-and-long-enough" },
    env: { METADATA_SECRET_PATH: "of-a-variable-and-long-enough" },
    read: (settings) => settings.secretPath,
    values: ["of-a-flag-and-long-enough", "of-a-variable-and-long-enough", undefined, undefined],
  },
  {
    name: "project number",
    flags: { numericProjectId: "1" },
    env: { GOOGLE_NUMERIC_PROJECT_ID: "2" },
    read: (settings) => settings.numericProjectId,
    values: ["1", "2", undefined, undefined],
  },
  {
    name: "e-mail",
    flags: { serviceAccountEmail: "flag@p" },
    env: { GOOGLE_ACCOUNT_EMAIL: "env@p" },
    config: account({ email: "file@p" }),
    read: (settings) => main(settings)?.email,
    values: ["flag@p", "env@p", "file@p", undefined],
  },
  {
    name: "scopes",
    flags: { tokenScopes: ["flag"] },
    env: { GOOGLE_TOKEN_SCOPES: "env, more" },
    config: account({ scopes: ["file"] }),
    read: (settings) => main(settings)?.scopes,
    values: [["flag"], ["env", "more"], ["file"], undefined],
  },
  {
    name: "instance id",
    flags: { instanceId: "5775171277418378001" },
    env: { GOOGLE_INSTANCE_ID: "8" },
    config: { metadata: { instance: { id: "7" } } },
    read: (settings) => instance(settings, "id"),
    values: [5775171277418378001n, 8, 7, undefined],
  },
  {
    name: "instance name",
    flags: { instanceName: "flag" },
    env: { GOOGLE_INSTANCE_NAME: "env" },
    config: { metadata: { instance: { name: "file" } } },
    read: (settings) => instance(settings, "name"),
    values: ["flag", "env", "file", undefined],
  },
  {
    name: "zone",
    flags: { zone: "a-b1-c" },
    env: { GOOGLE_ZONE: "projects/9/zones/d-e1-f" },
    config: { metadata: { instance: { zone: "projects/1/zones/x" } } },
    read: (settings) => instance(settings, "zone"),
    values: ["a-b1-c", "projects/9/zones/d-e1-f", "projects/1/zones/x", undefined],
  },
  {
    name: "log level",
    flags: { logLevel: "error" },
    env: { LOG_LEVEL: "Debug" },
    read: (settings) => settings.logLevel,
    values: ["error", "debug", "info", "info"],
  },
  {
    name: "log format",
    flags: { logFormat: "text" },
    env: { LOG_FORMAT: "json" },
    read: (settings) => settings.logFormat,
    values: ["text", "json", "text", "text"],
  },
  {
    name: "control token",
    flags: { controlToken: "flag" },
    env: { METADATA_CONTROL_TOKEN: "env" },
    read: (settings) => settings.controlToken,
    values: ["flag", "env", undefined, undefined],
  },
  {
    name: "open metrics",
    flags: { openMetrics: true },
    env: { METADATA_OPEN_METRICS: "1" },
    read: (settings) => settings.openMetrics,
    values: [true, true, false, false],
  },
  {
    name: "issuer",
    flags: {},
    env: {},
    config: { issuer: "https://issuer.example" },
    read: (settings) => settings.issuer,
    values: [
      "https://issuer.example",
      "https://issuer.example",
      "https://issuer.example",
      "https://accounts.google.com",
    ],
  },
];

describe("precedence", () => {
  it.each(table)("takes $name from the flag, then the environment, then the file, then the default", async (layers) => {
    const { config = {}, env, flags, read, values } = layers;
    expect(read(await load({ flags, env, config }))).toEqual(values[0]);
    expect(read(await load({ env, config }))).toEqual(values[1]);
    expect(read(await load({ config }))).toEqual(values[2]);
    expect(read(await load({}))).toEqual(values[3]);
  });

  it.each(table)(
    "takes an empty variable or flag for $name as not given",
    async ({ config = {}, env, flags, read, values }) => {
      const emptied = Object.fromEntries(Object.keys(env).map((name) => [name, " "]));
      expect(read(await load({ env: emptied, config }))).toEqual(values[2]);
      const texts = Object.entries(flags).filter(([, value]) => typeof value === "string");
      const blank = Object.fromEntries(texts.map(([name]) => [name, ""]));
      if (texts.length > 0) expect(read(await load({ flags: blank, config }))).toEqual(values[2]);
    },
  );

  it("adds host names of all layers up", async () => {
    const { allowedHosts } = await load({
      flags: { allowHost: ["One.Example.", "two"] },
      env: { METADATA_ALLOWED_HOSTS: "three,[fd00::1]" },
      config: { allowedHosts: ["two", "four"] },
    });
    expect(allowedHosts).toEqual(["one.example", "two", "three", "[fd00::1]", "four"]);
  });

  it("knows GOOGLE_SERVICE_ACCOUNT as another name of GOOGLE_ACCOUNT_EMAIL, which wins", async () => {
    const env = { GOOGLE_SERVICE_ACCOUNT: "alias@p" };
    expect((await load({ env })).accounts.default?.email).toBe("alias@p");
    expect((await load({ env: { ...env, GOOGLE_ACCOUNT_EMAIL: "name@p" } })).accounts.default?.email).toBe("name@p");
  });

  it("completes a bare zone with the project number where one is known", async () => {
    const settings = await load({ flags: { zone: "a-b1-c", numericProjectId: "42" } });
    expect(instance(settings, "zone")).toBe("projects/42/zones/a-b1-c");
  });

  it("reads the endpoints' overrides", async () => {
    const { endpoints } = await load({ env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: "http://127.0.0.1:9/prefix/" } });
    expect(endpoints).toEqual({
      oauthToken: "https://oauth2.googleapis.com/token",
      sts: "http://127.0.0.1:9/prefix",
      iamCredentials: "https://iamcredentials.googleapis.com",
    });
  });
});

describe("the configuration's text", () => {
  const named = (projectId: string) => JSON.stringify({ metadata: { project: { projectId } } });
  const files = { "flag.json": named("flag"), "env.json": named("path") };
  const both = { METADATA_CONFIG: named("inline"), METADATA_CONFIG_FILE: "env.json" };

  it.each([
    ["--config before all variables", { flags: { config: "flag.json" }, env: both }, "flag"],
    ["METADATA_CONFIG before METADATA_CONFIG_FILE", { env: both }, "inline"],
    ["METADATA_CONFIG_FILE", { env: { METADATA_CONFIG_FILE: "env.json" } }, "path"],
    [
      "a text that the caller holds before everything",
      { flags: { config: "flag.json" }, env: both, config: named("held") },
      "held",
    ],
  ])("comes from %s", async (_, given, projectId) => {
    expect((await load({ ...given, files })).metadata).toEqual({ project: { projectId } });
  });
});
