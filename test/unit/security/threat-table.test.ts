/**
 * SECURITY.md's claims: every threat has a defence, and every test that it names exists.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../contract/wire/index.ts";
import { serviceEntries, tableRows, threats } from "./threats.ts";

const root = resolve(import.meta.dirname, "../../..");
const ids = rules.map(({ id }) => id);
const files = readdirSync(resolve(root, "test"), { recursive: true, encoding: "utf8" }).map((file) => `test/${file}`);

/** Whether a name is that of a test file, a folder of them, or of rules; `*` stands for any end. */
function exists(name: string): boolean {
  if (name.startsWith("test/"))
    return files.some((file) => file === name || (name.endsWith("/") && file.startsWith(name)));
  return ids.some((id) => (name.endsWith("*") ? id.startsWith(name.slice(0, -1)) : id === name));
}

describe("The table of threats", () => {
  it("is there, and the list of the service", () => {
    expect(tableRows.length).toBeGreaterThan(20);
    expect(serviceEntries.length).toBeGreaterThan(5);
  });

  it.each(threats.map((row) => [row.threat, row] as const))("%s: a defence, and tests that exist", (_, row) => {
    expect(row.defence).not.toBe("");
    expect(row.tests).not.toEqual([]);
    expect(row.tests.filter((name) => !exists(name))).toEqual([]);
  });

  it("would not pass with a name of nothing", () => {
    expect(["test/served/nothing.test.ts", "host-nothing", "nothing-*", "test/nothing/"].filter(exists)).toEqual([]);
  });
});
