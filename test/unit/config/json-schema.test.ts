import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { configurationJsonSchema } from "../../../worker/config/json-schema.ts";

describe("config.schema.json", () => {
  it("is what the schema that checks configurations says; after a change: node test/unit/config/write-schema.ts", async () => {
    const kept = await readFile(new URL("../../../config.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(kept)).toEqual(configurationJsonSchema());
  });
});
