/**
 * That `.dev.vars.example` has a line for every variable of ours that means something on workerd.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(resolve(root, path), "utf8");

/** Read by the production deployment, set in wrangler.toml, or a path of a file. */
const elsewhere = new Set(["METADATA_CONFIG_FILE", "METADATA_INSTANCE", "METADATA_REQUIRE_AUTH"]);

it("lists every variable with a line that can be uncommented", () => {
  const listed = new Set([...read(".dev.vars.example").matchAll(/^# ([A-Z0-9_]+)=/gm)].map(([, name]) => name));
  const ours = [...read("worker/config/environment.ts").matchAll(/"(METADATA_[A-Z_]+)",/g)].map(
    ([, name = ""]) => name,
  );
  expect(ours.length).toBeGreaterThan(5);
  expect(ours.filter((name) => !elsewhere.has(name) && !listed.has(name))).toEqual([]);
});
