import { describe, expect, it } from "vitest";
import { configurationJsonSchema } from "../../../worker/config/json-schema.ts";
import { configurationSchema } from "../../../worker/config/schema.ts";
import { startWorld } from "../control/world.ts";
import { load, problems } from "./fixture.ts";

const tree = async (config: unknown, more: object = {}) => (await load({ config, ...more })).metadata;

describe("metadata", () => {
  it("keeps every digit of ids, given as numbers or strings", async () => {
    const text = '{"metadata":{"instance":{"id":5775171277418378001},"project":{"numeric-project-id":"708288290784"}}}';
    expect(await tree(text)).toEqual({
      instance: { id: 5775171277418378001n },
      project: { "numeric-project-id": 708288290784 },
    });
  });

  it("makes strings of attributes that are plain values", async () => {
    const attributes = { n: 1, yes: true, s: "x", constructor: "c" };
    expect(await tree({ metadata: { instance: { attributes }, project: { attributes: { n: 2 } } } })).toEqual({
      instance: { attributes: { n: "1", yes: "true", s: "x", constructor: "c" } },
      project: { attributes: { n: "2" } },
    });
  });

  it("takes a dump as the whole file, and keys of the user's own", async () => {
    const dump = { instance: { name: "vm", myOwn: { a: [1, 2] } }, oslogin: {}, project: { projectId: "p" } };
    expect(await tree(dump)).toEqual(dump);
    expect(await tree({ metadata: dump })).toEqual(dump);
  });

  it("takes a file that holds oslogin alone for options, not for a tree", async () => {
    const config = { oslogin: { users: [{ username: "jane" }] } };
    expect(await load({ config })).toMatchObject({ metadata: {}, oslogin: config.oslogin });
  });

  it("lets an instance of Cloud Run have its hexadecimal id", async () => {
    expect(await tree({ metadata: { instance: { id: "00bf4bf02d" } } })).toEqual({
      instance: { id: "00bf4bf02d" },
    });
  });

  it.each<[object, string]>([
    [{ instance: 1 }, "metadata.instance: Must be an object"],
    [
      { instance: { attributes: { k: { a: 1 } } } },
      "metadata.instance.attributes.k: An attribute must be a string, not an object",
    ],
    [{ project: { attributes: [] } }, "metadata.project.attributes: Must be an object, not a list"],
    [{ instance: { "a/b": 1 } }, 'metadata.instance["a/b"]: A key must not be empty'],
    [{ instance: { "": 1 } }, 'metadata.instance[""]: A key must not'],
    [
      { instance: { cpuPlatform: "a", "cpu-platform": "b" } },
      "metadata.instance.cpu-platform: Two spellings of one key",
    ],
    [{ instance: { x: null } }, "metadata.instance.x: Must be a string"],
    [{ instance: { x: [[1]] } }, "metadata.instance.x[0]: A list cannot hold a list"],
    [{ instance: { id: 1.5 } }, "metadata.instance.id: Must be a whole number"],
    [{ instance: { id: "y" } }, "metadata.instance.id: Must be a whole number"],
    [{ project: { numericProjectId: "p1" } }, "metadata.project.numericProjectId: Must be a whole number"],
    [
      { instance: { serviceAccounts: { default: { scopes: "s" } } } },
      "metadata.instance.serviceAccounts.default.scopes: Must be a list of strings",
    ],
  ])("refuses %j", async (metadata, part) => {
    expect((await problems({ config: { metadata } })).join("\n")).toContain(part);
  });

  it.each(["vm", "gke", "cloud-run"])("takes no word for an id on %s, by flag or variable", async (preset) => {
    const sentence = expect.stringMatching(/^--instance-id: Must be a whole number/);
    expect(await problems({ flags: { preset, instanceId: "y" } })).toEqual([sentence]);
    const env = { GOOGLE_INSTANCE_ID: "12 3", GOOGLE_NUMERIC_PROJECT_ID: "y", METADATA_PRESET: preset };
    expect((await problems({ env })).map((line) => line.split(":")[0])).toEqual([
      "GOOGLE_NUMERIC_PROJECT_ID",
      "GOOGLE_INSTANCE_ID",
    ]);
  });

  it("takes a hexadecimal id by flag on Cloud Run, and where nobody can know the preset", async () => {
    const flags = { instanceId: "00bf4bf02d", preset: "cloud-run" };
    expect(await tree({}, { flags })).toEqual({ instance: { id: "00bf4bf02d" } });
    expect(await problems({ flags: { ...flags, preset: "vm" } })).toEqual(["--instance-id: Must be a whole number"]);
    expect(await problems({ flags: { ...flags, preset: "cloudrun" } })).toEqual([
      "--preset: Must be one of vm, cloud-run, gke",
    ]);
  });

  it("sets zone, id and name of the instance from flags and variables", async () => {
    const given = {
      flags: { zone: "europe-west1-b", numericProjectId: "7" },
      env: { GOOGLE_INSTANCE_ID: "8087716956832600001", GOOGLE_INSTANCE_NAME: "vm1" },
    };
    expect(await tree({ metadata: { instance: { name: "old", tags: [] } } }, given)).toEqual({
      instance: { name: "vm1", tags: [], id: 8087716956832600001n, zone: "projects/7/zones/europe-west1-b" },
    });
  });
});

describe("the incumbent's file", () => {
  const email = "metadata-sa@$PROJECT.iam.gserviceaccount.com";
  const account = { aliases: ["default"], email, scopes: ["s"], identity: "", token: "" };
  const file = {
    computeMetadata: {
      v1: {
        instance: { id: 5, serviceAccounts: { [email]: account, default: account } },
        oslogin: {},
        project: { projectId: "$PROJECT" },
      },
    },
  };

  it("is taken whole, without its empty tokens, each account once", async () => {
    expect(await tree(file)).toEqual({
      instance: { id: 5, serviceAccounts: { default: { aliases: ["default"], email, scopes: ["s"] } } },
      oslogin: {},
      project: { projectId: "$PROJECT" },
    });
  });

  it("has its placeholder filled when the project is known", async () => {
    const text = JSON.stringify(await tree(file, { flags: { projectId: "real" } }));
    expect(text).toContain("metadata-sa@real.iam.gserviceaccount.com");
  });

  it("is warned of when nothing fills its placeholder, by the names of the fields", async () => {
    const { platform } = await startWorld(file);
    const said = platform.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(said).toEqual([
      expect.stringMatching(/^project\/project-id: "\$PROJECT" stands for a project that nothing names.*--project-id/),
      expect.stringMatching(/^instance\/service-accounts: "\$PROJECT"/),
    ]);
    const { v1 } = file.computeMetadata;
    const named = { computeMetadata: { v1: { ...v1, project: { projectId: "real" } } } };
    expect((await startWorld(named)).platform.lines).toEqual([]);
  });

  it("is refused beside another tree, or without one, with the path", async () => {
    expect((await problems({ config: { ...file, metadata: {} } }))[0]).toContain(
      "computeMetadata: Cannot stand beside",
    );
    expect((await problems({ config: { computeMetadata: {} } }))[0]).toContain("computeMetadata.v1: Must be an object");
    const wrong = { computeMetadata: { v1: { instance: { id: "" } } } };
    expect((await problems({ config: wrong }))[0]).toContain("computeMetadata.v1.instance.id:");
  });

  it("may have no service account at all", async () => {
    expect(await tree({ metadata: { instance: { serviceAccounts: {} } } })).toEqual({
      instance: { serviceAccounts: {} },
    });
  });
});

describe("configurationJsonSchema", () => {
  it("describes every key of the configuration", () => {
    const schema = configurationJsonSchema();
    expect(Object.keys(schema.properties as object)).toEqual(Object.keys(configurationSchema.entries));
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: {
        preset: { enum: ["vm", "cloud-run", "gke"] },
        accounts: {
          additionalProperties: { additionalProperties: false, properties: { source: { required: ["type"] } } },
        },
      },
    });
  });
});
