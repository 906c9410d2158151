/**
 * `npm run build`: the published package. JavaScript for Node 20 and later, Bun, Deno and workerd, one bundle of shared
 * chunks, and declarations for what the exports show. JavaScript itself, because it runs on the Node of whoever installs.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { build } from "esbuild";

const programs = ["entry/node", "entry/bun", "entry/deno"];
const libraries = ["index", "google-tokens", "entry/library/index", "entry/library/tokens"];

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: [...programs, ...libraries].map((name) => `worker/${name}.ts`),
  outbase: "worker",
  outdir: "dist",
  chunkNames: "chunks/[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
declare();

/** Writes the declarations that the exports reach, with the file names that they have there. */
function declare() {
  const compiler = resolve("node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--noCheck", "--stripInternal"];
  const args = ["-p", "worker/entry", ...flags, "--rootDir", "worker", "--outDir", "dist/types"];
  const { status } = spawnSync(process.execPath, [compiler, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  const reached = new Set();
  for (const name of libraries) reach(resolve(`dist/types/${name}.d.ts`), reached);
  for (const file of readdirSync("dist/types", { recursive: true, encoding: "utf8" })) {
    const path = resolve("dist/types", file);
    if (path.endsWith(".d.ts") && !reached.has(path)) rmSync(path);
  }
}

function reach(path, reached) {
  if (reached.has(path) || !existsSync(path)) return;
  reached.add(path);
  const text = readFileSync(path, "utf8");
  for (const [, name] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)\.ts"/g))
    reach(join(dirname(path), `${name}.d.ts`), reached);
  writeFileSync(path, text.replace(/((?:from|import\()\s*"\.[^"]+)\.ts"/g, '$1.js"'));
}
