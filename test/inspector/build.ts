/**
 * Builds the inspector's page into `worker/inspector/assets.js`, which is committed: a fresh clone serves the page
 * without a build. `npm run build:inspector`; with `--check` it only tells whether the committed one is up to date.
 *
 * The page is `index.htm` in the sources: wrangler would attach an `.html` to the worker.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL("../../worker/inspector/", import.meta.url);
const target = new URL("assets.js", root);
const maxGzipBytes = 60 * 1024;

const read = (name: string) => readFileSync(new URL(`page/${name}`, root), "utf8");

async function bundled(entry: string, loader: "tsx" | "css"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: read(entry), loader, resolveDir: new URL("page", root).pathname, sourcefile: entry },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
  });
  return outputFiles[0]?.text ?? "";
}

async function generated(): Promise<string> {
  const assets = {
    "index.html": { type: "text/html; charset=utf-8", text: read("index.htm") },
    "icon.svg": { type: "image/svg+xml", text: read("icon.svg") },
    "app.css": { type: "text/css; charset=utf-8", text: await bundled("app.css", "css") },
    "app.js": { type: "text/javascript; charset=utf-8", text: await bundled("main.tsx", "tsx") },
  };
  return `// Written by "npm run build:inspector" from worker/inspector/page/. Do not edit.\nexport const assets = ${JSON.stringify(assets, undefined, 1)};\n`;
}

const text = await generated();
const size = gzipSync(text, { level: 9 }).length;
console.log(`inspector: ${text.length} bytes, ${size} bytes gzipped`);
if (size > maxGzipBytes) {
  console.error(`The inspector is above ${maxGzipBytes} bytes gzipped`);
  process.exitCode = 1;
}
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("worker/inspector/assets.js is not what its sources make: run npm run build:inspector");
  process.exitCode = 1;
}
