/**
 * Who may import whom in `worker/`: the table of ARCHITECTURE.md, read, and the lint rules that it means.
 * `node test/harness/import-table.ts` writes `biome.imports.json`, which `biome.json` extends, anew after a change.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { posix } from "node:path";

/** One import of a file below `worker/`. */
export interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** A row's folder or file, and what it may import; `*` is everything. */
export type ImportTable = ReadonlyMap<string, readonly string[]>;

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** Where the lint rules are kept. */
export const rulesFile = "biome.imports.json";

const runtimeModules = ["node:*", "cloudflare:*", "bun", "bun:*", "deno", "jsr:*", "npm:*", "http:*", "https:*"];

/** Reads the rows between the marks `<!-- imports -->` and `<!-- /imports -->`. */
export function importTable(): ImportTable {
  const marked = /<!-- imports -->([\s\S]*?)<!-- \/imports -->/.exec(read("ARCHITECTURE.md"))?.[1] ?? "";
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

/** Returns the files below `worker/`. */
export function workerFiles(): string[] {
  return readdirSync(new URL("worker", root), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") || name.endsWith(".tsx"));
}

/** Returns the imports of a file below `worker/`, type-only and dynamic ones too. */
export function importsOf(file: string): Import[] {
  const found = read(`worker/${file}`).matchAll(
    /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"|^import\s+"([^"]+)"/gm,
  );
  return [...found].map(([, from, dynamic, bare]) => ({ file, specifier: from ?? dynamic ?? bare ?? "" }));
}

/** Returns what is wrong with an import, if anything. */
export function breach(table: ImportTable, { file, specifier }: Import): string | undefined {
  const from = rowOf(table, file);
  if (from === undefined) return `${file}: no row of the table holds it`;
  if (from === "entry") return undefined;
  if (!specifier.startsWith(".")) return isRuntime(specifier) ? `${file}: imports ${specifier}` : undefined;
  const to = rowOf(table, posix.join(posix.dirname(file), specifier));
  const allowed = table.get(from) ?? [];
  if (to === from || (to !== undefined && allowed.includes(to))) return undefined;
  if (to !== undefined && to !== "entry" && allowed.includes("*")) return undefined;
  return `${file}: imports ${specifier}, ${from} may not import ${to ?? "that"}`;
}

/** The row that a path below `worker/` belongs to: the longest one that holds it. */
function rowOf(table: ImportTable, path: string): string | undefined {
  const rows = [...table.keys()].filter((row) => path === row || path.startsWith(`${row}/`));
  return rows.sort((a, b) => b.length - a.length)[0];
}

function isRuntime(specifier: string): boolean {
  return /^(?:node:|cloudflare:|bun(?::|$)|deno(?::|$)|jsr:|npm:|https?:)/.test(specifier);
}

/** Returns the lint configuration that the table means, as text. */
export function lintRules(table: ImportTable): string {
  const folders = [...table.keys()].filter((row) => !row.endsWith(".ts") && row !== "entry");
  const overrides = [
    override(["worker/*.ts"], ["./entry/**"]),
    ...folders.map((folder) => override(includesOf(folder, folders), forbidden(table, folder))),
  ];
  return `${JSON.stringify({ $schema: "./node_modules/@biomejs/biome/configuration_schema.json", overrides }, undefined, 2)}\n`;
}

/** A later override replaces the rule of an earlier one, so each folder's list is whole and leaves out its parts. */
function includesOf(folder: string, folders: readonly string[]): string[] {
  const parts = folders.filter((other) => other.startsWith(`${folder}/`)).map((part) => `!worker/${part}/**`);
  return [`worker/${folder}/**`, ...parts];
}

function forbidden(table: ImportTable, folder: string): string[] {
  const allowed = new Set([folder, ...(table.get(folder) ?? [])]);
  if (allowed.has("*")) return ["**/entry/**"];
  const others = [...table.keys()].filter((row) => !row.endsWith(".ts") && row !== "entry" && !allowed.has(row));
  const globs = others.filter((row) => {
    const parent = row.includes("/") ? row.slice(0, row.indexOf("/")) : undefined;
    // What is forbidden as a whole needs no mention of its parts; a part never forbids the whole that it stands in.
    if (parent !== undefined && others.includes(parent)) return false;
    return !folder.startsWith(`${row}/`);
  });
  const files = [...table.keys()].filter((row) => row.endsWith(".ts") && !row.includes("/") && !allowed.has(row));
  const ups = ["../", "../../"];
  return [
    "**/entry/**",
    ...globs.map((row) => `**/${posix.basename(row)}/**`),
    ...files.flatMap((file) => ups.map((up) => up + file)),
  ];
}

function override(includes: readonly string[], group: readonly string[]): object {
  const patterns = [
    {
      group: runtimeModules,
      message: "The core knows no runtime: take what you need through Platform (worker/platform.ts)",
    },
    { group, message: "Not in this folder's row of the import table in ARCHITECTURE.md" },
  ];
  return {
    includes,
    linter: { rules: { style: { noRestrictedImports: { level: "error", options: { patterns } } } } },
  };
}

if (import.meta.main) writeFileSync(new URL(rulesFile, root), lintRules(importTable()));
