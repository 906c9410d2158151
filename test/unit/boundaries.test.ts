/**
 * Who may import whom in `worker/`. The table of ARCHITECTURE.md is the rule: the files keep to it, and the lint rules of
 * biome.json say the same.
 */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const files = readdirSync(new URL("../../worker", import.meta.url), { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts"));
const table = tableOf(read("ARCHITECTURE.md"));
const imports = files.flatMap((file) => importsOf(file, read(`worker/${file}`)));

/** Reads the rows between the marks `<!-- imports -->` and `<!-- /imports -->`: a folder or file, and what it may import. */
function tableOf(text: string): ReadonlyMap<string, readonly string[]> {
  const marked = /<!-- imports -->([\s\S]*?)<!-- \/imports -->/.exec(text)?.[1] ?? "";
  const rows = marked.split("\n").filter((line) => line.startsWith("| `"));
  return new Map(
    rows.map((row) => {
      const [, name = "", , allowed = ""] = row.split("|");
      return [namesIn(name)[0] ?? "", allowed.includes("everything") ? ["*"] : namesIn(allowed)];
    }),
  );
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name.replace(/\/$/, ""));
}

function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"|^import\s+"([^"]+)"/gm);
  return [...found].map(([, from, dynamic, bare]) => ({ file, specifier: from ?? dynamic ?? bare ?? "" }));
}

/** The row that a path below `worker/` belongs to: the longest one that holds it. */
function rowOf(path: string): string | undefined {
  const rows = [...table.keys()].filter((row) => path === row || path.startsWith(`${row}/`));
  return rows.sort((a, b) => b.length - a.length)[0];
}

/** Returns what is wrong with an import, if anything. */
function breach({ file, specifier }: Import): string | undefined {
  const from = rowOf(file);
  if (from === undefined) return `${file}: no row of the table holds it`;
  if (from === "entry") return undefined;
  if (!specifier.startsWith(".")) return isRuntime(specifier) ? `${file}: imports ${specifier}` : undefined;
  const to = rowOf(posix.join(posix.dirname(file), specifier));
  const allowed = table.get(from) ?? [];
  if (to === from || (to !== undefined && allowed.includes(to))) return undefined;
  if (to !== undefined && to !== "entry" && allowed.includes("*")) return undefined;
  return `${file}: imports ${specifier}, ${from} may not import ${to ?? "that"}`;
}

function isRuntime(specifier: string): boolean {
  return /^(?:node:|cloudflare:|bun(?::|$)|deno(?::|$)|jsr:|npm:|https?:)/.test(specifier);
}

describe("The import table of ARCHITECTURE.md", () => {
  it("has a row for every folder and file at the top of worker/, and no row of something gone", () => {
    const top = [...new Set(files.map((file) => file.split("/")[0] ?? ""))].sort();
    const rows = [...table.keys()];
    expect([...new Set(rows.map((row) => row.split("/")[0] ?? ""))].sort()).toEqual(top);
    expect(rows.filter((row) => !files.some((file) => file === row || file.startsWith(`${row}/`)))).toEqual([]);
  });

  it("is kept by every import", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.map(breach).filter((problem) => problem !== undefined)).toEqual([]);
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
    expect(breach({ file, specifier })).toBeDefined();
  });
});

/** The globs that biome.json must forbid in a folder, computed from the table. */
function forbiddenGlobs(folder: string): string[] {
  const allowed = new Set([folder, ...(table.get(folder) ?? [])]);
  const others = [...table.keys()].filter((row) => !row.endsWith(".ts") && row !== "entry" && !allowed.has(row));
  const globs = others.filter((row) => {
    const parent = row.includes("/") ? row.slice(0, row.indexOf("/")) : undefined;
    // What is forbidden as a whole needs no mention of its parts; a part never forbids the whole that it stands in.
    if (parent !== undefined && others.includes(parent)) return false;
    return !folder.startsWith(`${row}/`);
  });
  const roots = ["emulator.ts", "version.ts", "platform.ts"].filter((file) => !allowed.has(file));
  const ups = ["../", "../../"];
  return ["**/entry/**", ...globs.map((row) => `**/${posix.basename(row)}/**`), ...roots.flatMap((file) => ups.map((up) => up + file))].sort();
}

describe("The lint rules of biome.json", () => {
  interface Override {
    readonly includes: readonly string[];
    readonly linter: { readonly rules: { readonly style?: { readonly noRestrictedImports?: { readonly options: { readonly patterns: readonly { group: string[] }[] } } } } };
  }
  const { overrides } = JSON.parse(read("biome.json")) as { overrides: readonly Override[] };
  const ruleOf = (glob: string) =>
    overrides.findLast(({ includes }) => includes[0] === glob)?.linter.rules.style?.noRestrictedImports?.options.patterns.map(({ group }) => group);
  const folders = [...table.keys()].filter((row) => !row.endsWith(".ts") && row !== "entry");

  it.each(folders)("forbid in worker/%s what the table does not allow", (folder) => {
    const [runtimes, others] = ruleOf(`worker/${folder}/**`) ?? [];
    expect(runtimes).toEqual(expect.arrayContaining(["node:*", "cloudflare:*", "bun", "bun:*", "deno"]));
    expect(others?.toSorted()).toEqual(forbiddenGlobs(folder));
  });

  it("keep runtimes and entries out of the files at the top of worker/", () => {
    const [runtimes, others] = ruleOf("worker/*.ts") ?? [];
    expect(runtimes).toContain("node:*");
    expect(others).toEqual(["./entry/**"]);
  });
});
