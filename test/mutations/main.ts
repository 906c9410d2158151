/**
 * Shows that the tests of the defences are no decoration: takes one defence after the other out of a copy of this folder
 * and runs its test there, which has to fail; and as it is, which has to pass. `npm run test:mutations` writes
 * docs/security-mutations.md and ends with 1 when a test did not notice.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type Mutation, mutations } from "./defences.ts";

const root = resolve(import.meta.dirname, "../..");
const page = resolve(root, "docs/security-mutations.md");
const run = promisify(execFile);
const limitMs = 180_000;

/** What a run of a test came to. */
interface Result {
  readonly passed: number;
  readonly failed: number;
}

/** Copies what git knows or would know; installed packages are linked. */
async function copyTree(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "gce-metadata-mutations-"));
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of stdout.split("\0")) if (file !== "") cpSync(join(root, file), join(copy, file));
  for (const folder of ["node_modules", ".cache"]) symlinkSync(join(root, folder), join(copy, folder));
  return copy;
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

/** Runs the test with the defence and without it. */
async function compare(copy: string, mutation: Mutation): Promise<{ whole: Result; mutated: Result }> {
  const path = join(copy, mutation.file);
  const text = readFileSync(path, "utf8");
  if (text.split(mutation.from).length !== 2)
    throw new Error(`${mutation.file} has not once what is to be taken out: ${mutation.from}`);
  const whole = await test(copy, mutation);
  writeFileSync(
    path,
    text.replace(mutation.from, () => mutation.to),
  );
  try {
    return { whole, mutated: await test(copy, mutation) };
  } finally {
    writeFileSync(path, text);
  }
}

const intro = `<!-- Written by \`npm run test:mutations\` from test/mutations/; do not edit. -->

# Do the security tests notice?

Each defence was taken out of a copy of this repository, one at a time, by the change in test/mutations/defences.ts, and
its test was run there. "Fails" says how many of the tests fail without the defence; with it all of them pass.

| defence | taken out of | test | fails |
| ------- | ------------ | ---- | ----- |
`;

const copy = await copyTree();
const rows: string[] = [];
let unnoticed = 0;
try {
  for (const mutation of mutations) {
    const { whole, mutated } = await compare(copy, mutation);
    const isNoticed = whole.failed === 0 && mutated.failed > 0;
    if (!isNoticed) unnoticed++;
    const total = mutated.failed + mutated.passed;
    const only = mutation.only === undefined ? "" : `, \`-t "${mutation.only}"\``;
    rows.push(
      `| ${mutation.defence} | \`${mutation.file}\` | \`${mutation.test}\`${only} (${mutation.project}) | ${mutated.failed} of ${total} |`,
    );
    const found = `${mutated.failed} of ${total} fail without it, ${whole.failed} with it`;
    process.stdout.write(`${isNoticed ? "noticed  " : "UNNOTICED"} ${mutation.defence}: ${found}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (unnoticed === 0) writeFileSync(page, `${intro}${rows.join("\n")}\n`);
process.stdout.write(unnoticed === 0 ? `${rows.length} defences, all noticed\n` : `${unnoticed} defences unnoticed\n`);
process.exitCode = unnoticed === 0 ? 0 : 1;
