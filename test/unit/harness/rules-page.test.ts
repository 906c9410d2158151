/**
 * That the page of the wire contract says what the table says, and that the table of unknowns names real rules.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../contract/wire/index.ts";
import { unknowns } from "../../contract/wire/unknown.ts";
import { rulesPage, withDifferences } from "../../harness/rules-page.ts";

describe("docs/wire-contract.md", () => {
  it("is up to date", () => {
    const page = readFileSync(resolve(import.meta.dirname, "../../../docs/wire-contract.md"), "utf8");
    expect(page === rulesPage(), "run node test/harness/rules-page.ts").toBe(true);
  });

  it("has a row for every rule with as many cells as its head", () => {
    const rows = rulesPage()
      .split("\n")
      .filter((line) => line.startsWith("| "));
    const ids = new Set(rows.map((row) => /`([^`]+)` \|$/.exec(row)?.[1]));
    expect(rules.filter(({ id }) => !ids.has(id)).map(({ id }) => id)).toEqual([]);
    const cells = rows.map((row) => row.split(/(?<!\\)\|/).length - 2);
    expect(cells.filter((count) => count !== 5 && count !== 4)).toEqual([]);
  });
});

describe("README's table of differences", () => {
  it("is up to date", () => {
    const readme = readFileSync(resolve(import.meta.dirname, "../../../README.md"), "utf8");
    expect(withDifferences(readme) === readme, "run node test/harness/rules-page.ts").toBe(true);
  });

  it("has a row for every choice of ours", () => {
    const text = withDifferences("<!-- differences -->\n<!-- /differences -->");
    expect(text.split("\n").filter((line) => line.includes("| not documented "))).toHaveLength(unknowns.length);
  });

  it("needs its place", () => {
    expect(() => withDifferences("# README")).toThrow("lacks the marks");
  });
});

describe("The table of unknowns", () => {
  it.each(unknowns.flatMap(({ rules: patterns = [] }) => patterns))("names rules that exist: %s", (pattern) => {
    const prefix = pattern.replace(/\*$/, "");
    expect(rules.some(({ id }) => (pattern.endsWith("*") ? id.startsWith(prefix) : id === pattern))).toBe(true);
  });

  it("explains the section of every choice of ours", () => {
    const explained = new Set(unknowns.map(({ section }) => section));
    const chosen = rules.filter(({ grade, section }) => grade === "UNKNOWN-chosen" && !explained.has(section));
    expect(chosen.map(({ id }) => id)).toEqual([]);
  });
});
