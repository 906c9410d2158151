/**
 * Shows that the tests of the defences are no decoration: takes one defence after the other out of a copy of this folder
 * and runs its test there, which has to fail; and as it is, which has to pass. `npm run test:mutations` writes
 * docs/security-mutations.md and ends with 1 when a test did not notice.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { copyTree, ownPackage, run } from "./copy.ts";
import { mutations } from "./index.ts";
import type { Mutation } from "./mutation.ts";

const page = resolve(import.meta.dirname, "../../docs/security-mutations.md");
const limitMs = 180_000;

/** What a run of a test came to. */
interface Result {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the test of a mutation. A test file that cannot be read counts as no result: it proves nothing. */
async function test(copy: string, { only, project, test: file }: Mutation): Promise<Result> {
  const report = join(copy, "mutation-report.json");
  rmSync(report, { force: true });
  const filter = only === undefined ? [] : ["-t", only];
  const args = ["run", "--project", project, file, ...filter, "--reporter=json", `--outputFile=${report}`];
  const vitest = join(copy, "node_modules/.bin/vitest");
  // What fails here is meant to: it is not for the sums of a CI run.
  const { VITEST_REPORTS: _, ...env } = process.env;
  // Its exit code is that of the tests, which the report tells more exactly.
  await run(vitest, args, { cwd: copy, env, timeout: limitMs }).catch(() => undefined);
  const { numFailedTests: failed, numPassedTests: passed } = JSON.parse(readFileSync(report, "utf8"));
  if (failed + passed === 0) throw new Error(`No test ran: ${project} ${file} ${filter.join(" ")}`);
  return { passed, failed };
}

/** Runs of tests as they are: several defences share one. */
const whole = new Map<string, Promise<Result>>();

function testWhole(copy: string, mutation: Mutation): Promise<Result> {
  const { only, project, test: file } = mutation;
  const key = JSON.stringify([project, file, only]);
  const result = whole.get(key) ?? test(copy, mutation);
  whole.set(key, result);
  return result;
}

/** Runs the test with the defence and without it. */
async function compare(copy: string, mutation: Mutation): Promise<{ with: Result; without: Result }> {
  ownPackage(copy, mutation.file);
  const path = join(copy, mutation.file);
  const text = readFileSync(path, "utf8");
  if (text.split(mutation.from).length !== 2)
    throw new Error(`${mutation.file} has not once what is to be taken out: ${mutation.from}`);
  const found = await testWhole(copy, mutation);
  writeFileSync(
    path,
    text.replace(mutation.from, () => mutation.to),
  );
  try {
    return { with: found, without: await test(copy, mutation) };
  } finally {
    writeFileSync(path, text);
  }
}

const intro = `<!-- Written by \`npm run test:mutations\` from test/mutations/; do not edit. -->

# Do the security tests notice?

Each defence was taken out of a copy of this repository, one at a time, by the change in test/mutations/defences/, and
its test was run there. "Fails" says how many of the tests fail without the defence; with it all of them pass. The
threats are the rows of [SECURITY.md](../SECURITY.md) that begin so; a test holds that each has at least one defence here.

| threat | defence | taken out of | test | fails |
| ------ | ------- | ------------ | ---- | ----- |
`;

const started = Date.now();
const copy = await copyTree();
const rows: string[] = [];
let unnoticed = 0;
try {
  for (const mutation of mutations) {
    const { defence, file, project, threat } = mutation;
    const { with: before, without: after } = await compare(copy, mutation);
    const isNoticed = before.failed === 0 && after.failed > 0;
    if (!isNoticed) unnoticed++;
    const total = after.failed + after.passed;
    const only = mutation.only === undefined ? "" : `, \`-t "${mutation.only}"\``;
    const noticing = `\`${mutation.test}\`${only} (${project})`;
    rows.push(`| ${threat} | ${defence} | \`${file}\` | ${noticing} | ${after.failed} of ${total} |`);
    const found = `${after.failed} of ${total} fail without it, ${before.failed} with it`;
    process.stdout.write(`${isNoticed ? "noticed  " : "UNNOTICED"} ${defence}: ${found}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (unnoticed === 0) writeFileSync(page, `${intro}${rows.join("\n")}\n`);
const sum = unnoticed === 0 ? `${rows.length} defences, all noticed` : `${unnoticed} defences unnoticed`;
process.stdout.write(`${sum}, ${Math.round((Date.now() - started) / 1000)} s\n`);
process.exitCode = unnoticed === 0 ? 0 : 1;
