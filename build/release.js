/**
 * `npm run release`: what a release consists of, in release/: the package, its bill of materials, both licences, and
 * checksums. With `-- --publish` it goes to npm, with provenance: GitHub vouches that its workflow
 * (.github/workflows/release.yml) built this package from this commit. No token of npm's exists that somebody could steal,
 * and nobody can publish from their own machine.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { licenceFiles, own } from "./shipped.js";

const folder = "release";
const { env } = process;
const isPublication = process.argv.includes("--publish");

try {
  const problems = isPublication ? publicationProblems() : [];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const tarball = make();
  if (isPublication) run("npm", ["publish", `./${folder}/${tarball}`, "--provenance", "--access", "public"]);
} catch (error) {
  for (const line of error.message.split("\n"))
    process.stderr.write(`Cannot release ${own.name} ${own.version}: ${line}\n`);
  process.exitCode = 1;
}

/** What is in the way of a publication, all of it. */
function publicationProblems() {
  const tag = `v${own.version}`;
  const checks = [
    [
      env.ACTIONS_ID_TOKEN_REQUEST_URL && env.GITHUB_REPOSITORY,
      "only the workflow release.yml on GitHub can, push a tag",
    ],
    [env.GITHUB_REF_NAME === tag, `the tag is ${env.GITHUB_REF_NAME ?? "missing"}, package.json wants ${tag}`],
    [hasSection(own.version), `CHANGELOG.md has no section "## ${own.version}"; "## Unreleased" becomes it`],
    [run("git", ["status", "--porcelain"]) === "", "the working tree differs from its commit"],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}

/** Whether the changelog has a section of this very version: `## 1.2.3 - DATE`, or `## [1.2.3] - DATE`. */
function hasSection(version) {
  const titles = readFileSync("CHANGELOG.md", "utf8").matchAll(/^## \[?([^\]\s]+)/gm);
  return [...titles].some(([, title]) => title === version);
}

/** Fills the folder and returns the name of the package in it. */
function make() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  run("npm", ["run", "licences", "--", "--check"]);
  run("npm", ["run", "build"]);
  run("npm", ["run", "sbom"]);
  pack();
  for (const file of ["sbom.cdx.json", ...licenceFiles]) copyFileSync(file, `${folder}/${file}`);
  const names = readdirSync(folder).sort();
  const sums = names.map((name) => `${sha256(`${folder}/${name}`)}  ${name}\n`).join("");
  writeFileSync(`${folder}/SHA256SUMS`, sums);
  process.stdout.write(sums);
  return names.find((name) => name.endsWith(".tgz"));
}

/** Packs. npm compares the repository in the package with the one that vouches for it, whose name only GitHub knows. */
function pack() {
  const text = readFileSync("package.json", "utf8");
  const url = env.GITHUB_REPOSITORY && `git+https://github.com/${env.GITHUB_REPOSITORY}.git`;
  try {
    if (url) run("npm", ["pkg", "set", "repository.type=git", `repository.url=${url}`]);
    run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder]);
  } finally {
    writeFileSync("package.json", text);
  }
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Runs a step and returns what it prints. One that fails has said why, and ends everything. */
function run(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status === 0) return stdout.trim();
  throw new Error(`"${program} ${args.join(" ")}" failed`);
}
