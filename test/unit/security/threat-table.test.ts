/**
 * SECURITY.md's claims: every threat has a defence, and every test that it names exists.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../contract/wire/index.ts";

const root = resolve(import.meta.dirname, "../../..");
const text = readFileSync(resolve(root, "SECURITY.md"), "utf8");
const ids = rules.map(({ id }) => id);
const files = readdirSync(resolve(root, "test"), { recursive: true, encoding: "utf8" }).map((file) => `test/${file}`);

interface Row {
  readonly threat: string;
  readonly defence: string;
  readonly tests: readonly string[];
}

/** Rows of the table, and the list of the service, which says "threat: defence `test`". */
const rows: readonly Row[] = (text.split(/^## /m).find((section) => section.startsWith("Threats")) ?? "")
  .split("\n")
  .filter((line) => /^\| (?!threat|-)/.test(line))
  .map((line) => {
    const [threat = "", defence = "", tested = ""] = line
      .split("|")
      .slice(1)
      .map((cell) => cell.trim());
    return { threat, defence, tests: namesIn(tested) };
  });

const entries = text.split(/^## /m).find((section) => section.startsWith("The authenticated service"));
const served: readonly (readonly [string, readonly string[]])[] = (entries ?? "")
  .split(/^(?=- )/m)
  .slice(1)
  .map((entry) => [entry.slice(2, 60), namesIn(entry).filter((name) => name.startsWith("test/"))]);

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** Whether a name is that of a test file, a folder of them, or of rules; `*` stands for any end. */
function exists(name: string): boolean {
  if (name.startsWith("test/"))
    return files.some((file) => file === name || (name.endsWith("/") && file.startsWith(name)));
  return ids.some((id) => (name.endsWith("*") ? id.startsWith(name.slice(0, -1)) : id === name));
}

describe("The table of threats", () => {
  it("is there", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(served.length).toBeGreaterThan(5);
  });

  it.each(rows.map((row) => [row.threat, row] as const))("%s: a defence, and tests that exist", (_, row) => {
    expect(row.defence).not.toBe("");
    expect(row.tests).not.toEqual([]);
    expect(row.tests.filter((name) => !exists(name))).toEqual([]);
  });

  it("names tests that exist for the service, too", () => {
    expect(served.flatMap(([, names]) => names).filter((name) => !exists(name))).toEqual([]);
    const untested = served.filter(([, names]) => names.length === 0).map(([entry]) => entry);
    expect(untested).toEqual([]);
  });

  it("would not pass with a name of nothing", () => {
    expect(["test/served/nothing.test.ts", "host-nothing", "nothing-*", "test/nothing/"].filter(exists)).toEqual([]);
  });
});
