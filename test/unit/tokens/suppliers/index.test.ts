import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { credentialSourceSchema } from "../../../../worker/tokens/suppliers/index.ts";
import { makeWorld, supplier } from "./fixture.ts";

const env = {
  GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "b",
};

const SOURCES = {
  file: { file: "/token" },
  url: { url: "https://ci.example/" },
  executable: { executable: { command: "t" } },
  certificate: { certificate: { certificate_config_location: "/c.json" } },
  aws: {
    environment_id: "aws1",
    url: "http://169.254.169.254/x",
    regional_cred_verification_url: "https://sts.{region}.amazonaws.com",
  },
};

describe("the table of suppliers", () => {
  it.each(Object.entries(SOURCES))("takes a source of kind %s by its fields", (kind, source) => {
    expect(v.is(credentialSourceSchema, { ...source, added_by_google_later: 1 })).toBe(true);
    expect(supplier(source, makeWorld({ env })).kind).toBe(kind);
  });

  it.each([
    ["none", {}],
    ["two kinds", { file: "/token", url: "https://ci.example/" }],
    ["not an object", "file"],
    ["an array", [{ file: "/token" }]],
  ])("refuses %s", (_name, source) => {
    expect(v.is(credentialSourceSchema, source)).toBe(false);
    expect(() => supplier(source, makeWorld({ env }))).toThrow(
      "Must have one of environment_id, file, url, executable, certificate",
    );
  });

  it("names the field that is wrong", () => {
    const result = v.safeParse(v.object({ credential_source: credentialSourceSchema }), {
      credential_source: { executable: {} },
    });
    expect(result.issues?.map((issue) => v.getDotPath(issue))).toEqual(["credential_source.executable.command"]);
  });
});
