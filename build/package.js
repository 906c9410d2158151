/**
 * `npm run build`: the published package. JavaScript for Node 20 and later, Bun, Deno and workerd, one bundle of shared
 * chunks, and declarations for what the exports show. JavaScript itself, because it runs on the Node of whoever installs.
 * `--if-stale` does nothing when nothing has changed: npm runs `prepare` at more occasions than one would think.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { build } from "esbuild";

const programs = ["entry/node", "entry/bun", "entry/deno"];
const libraries = ["index", "google-tokens", "entry/library/index", "entry/library/tokens"];

if (!process.argv.includes("--if-stale") || isStale()) await make();

/** Builds beside the old one and takes its place at the end, so that nobody finds half a package. */
async function make() {
  const folder = `dist.${process.pid}`;
  try {
    await build({
      entryPoints: [...programs, ...libraries].map((name) => `worker/${name}.ts`),
      outbase: "worker",
      outdir: folder,
      chunkNames: "chunks/[hash]",
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      logLevel: "warning",
    });
    declare(folder);
    rmSync("dist", { recursive: true, force: true });
    renameSync(folder, "dist");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a source is newer than the last build. */
function isStale() {
  const built = statSync("dist/types/index.d.ts", { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync("worker", { recursive: true, encoding: "utf8" }).map((name) => join("worker", name));
  return [...sources, "package.json", "build/package.js"].some((path) => statSync(path).mtimeMs > built);
}

/** Writes the declarations that the exports reach, with the file names that they have there. */
function declare(folder) {
  const compiler = resolve("node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--noCheck", "--stripInternal"];
  const args = ["-p", "worker/entry", ...flags, "--rootDir", "worker", "--outDir", `${folder}/types`];
  const { status } = spawnSync(process.execPath, [compiler, ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`tsc ended with ${status}`);
  const reached = new Set();
  for (const name of libraries) reach(resolve(`${folder}/types/${name}.d.ts`), reached);
  for (const file of readdirSync(`${folder}/types`, { recursive: true, encoding: "utf8" })) {
    const path = resolve(folder, "types", file);
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
