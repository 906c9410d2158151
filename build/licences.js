/**
 * `npm run licences`: THIRD-PARTY-LICENSES.md, the packages that run with ours and their licences, whose texts have to go
 * where their code goes. With `--check` it only tells whether the committed page is up to date.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { thirdParty as file, shipped } from "./shipped.js";

const parts = shipped.map(readPart);
const text = `<!-- Written by "npm run licences"; do not edit. -->

# Third-party licences

The package depends on these or, like the worker and the executables of \`npm run build:binary\`, has their code inside.
The executables have [Bun](https://bun.sh/docs/project/license) inside as well.

| package | version | licence |
| ------- | ------- | ------- |
${parts.map(({ licence, name, version }) => `| ${name} | ${version} | ${licence} |`).join("\n")}
${parts.map(({ name, words }) => `\n## ${name}\n\n${words}\n`).join("")}`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  process.stderr.write(`${file} is not what node_modules says: run npm run licences\n`);
  process.exitCode = 1;
}

/** What a package says of itself, its licence's text as a block of Markdown that keeps its lines. */
function readPart(name) {
  const folder = `node_modules/${name}`;
  const { license: licence, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const source = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (source === undefined) throw new Error(`Cannot find the licence of ${name} in ${folder}: add it by hand`);
  const lines = readFileSync(`${folder}/${source}`, "utf8").trim().split(/\r?\n/);
  return { licence, name, version, words: ["```text", ...lines.map((line) => line.trimEnd()), "```"].join("\n") };
}
