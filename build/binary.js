/**
 * `npm run build:binary`: the command line as a single file with Bun inside, for this platform, for the targets that are
 * named (`bun-darwin-arm64`), or with `--all` for every one below. Other platforms' runtimes come from the npm registry.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import process from "node:process";
import { licenceFiles } from "./shipped.js";

const targets = ["bun-linux-x64", "bun-linux-arm64", "bun-darwin-x64", "bun-darwin-arm64", "bun-windows-x64"];
const named = process.argv.slice(2);
const wanted = named.includes("--all") ? targets : named.length > 0 ? named : [undefined];

const PATH = [resolve("node_modules/.bin"), process.env.PATH].join(delimiter);
const say = (line) => process.stdout.write(`${line}\n`);

mkdirSync("binaries", { recursive: true });
for (const file of licenceFiles) copyFileSync(file, `binaries/${file}`);
for (const target of wanted) {
  const file = `binaries/gce-metadata-emulator${target === undefined ? "" : target.replace(/^bun/, "")}`;
  const forTarget = target === undefined ? [] : [`--target=${target}`];
  const args = ["build", "--compile", "--minify", ...forTarget, "worker/entry/bun.ts", "--outfile", file];
  const { status, stderr } = spawnSync("bun", args, { encoding: "utf8", env: { ...process.env, PATH } });
  say(status === 0 ? `built ${file}` : `not built for ${target ?? "this platform"}: ${String(stderr).trim()}`);
  if (status !== 0) process.exitCode = 1;
}
