/**
 * Who may import whom in `worker/`. The table of ARCHITECTURE.md is the rule: the files keep to it, and the lint rules
 * say the same.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { breach, importsOf, importTable, lintRules, rulesFile, workerFiles } from "../harness/import-table.ts";

const files = workerFiles();
const table = importTable();
const imports = files.flatMap(importsOf);

describe("The import table of ARCHITECTURE.md", () => {
  it("has a row for every folder and file at the top of worker/, and no row of something gone", () => {
    const top = [...new Set(files.map((file) => file.split("/")[0] ?? ""))].sort();
    const rows = [...table.keys()];
    expect([...new Set(rows.map((row) => row.split("/")[0] ?? ""))].sort()).toEqual(top);
    expect(rows.filter((row) => !files.some((file) => file === row || file.startsWith(`${row}/`)))).toEqual([]);
  });

  it("is kept by every import", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.map((each) => breach(table, each)).filter((problem) => problem !== undefined)).toEqual([]);
  });

  it.each([
    ["metadata/tree.ts", "node:fs"],
    ["http/router.ts", "cloudflare:workers"],
    ["emulator.ts", "bun"],
    ["metadata/tree.ts", "../tokens/types.ts"],
    ["tokens/google/sts.ts", "../sources/index.ts"],
    ["emulator.ts", "./entry/platform.ts"],
    ["http/router.ts", "../emulator.ts"],
    ["somewhere/new.ts", "../lib/json.ts"],
  ])("would be broken if %s imported %s", (file, specifier) => {
    expect(breach(table, { file, specifier })).toBeDefined();
  });
});

describe("The lint rules", () => {
  const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

  it("are what the table means; after a change: node test/harness/import-table.ts", () => {
    expect(read(rulesFile)).toBe(lintRules(table));
  });

  it("are in force", () => {
    expect((JSON.parse(read("biome.json")) as { extends: string[] }).extends).toEqual([`./${rulesFile}`]);
  });
});
