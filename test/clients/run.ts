/**
 * Runs unmodified Google clients against the served worker: `npm run test:clients [-- [--check] LANGUAGE …]`. Writes
 * docs/clients.md when all went well; with `--check` the page must be right already.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import buildWorker from "../harness/build-worker.ts";
import { suites } from "./languages.ts";
import { clientsPage, type Results } from "./page.ts";
import { missingNeeds, runSuite } from "./run-suite.ts";

const page = resolve(import.meta.dirname, "../../docs/clients.md");

const words = process.argv.slice(2);
const check = words.includes("--check");
const names = words.filter((word) => word !== "--check");
const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
if (unknown !== undefined) {
  console.error(`Unknown language ${unknown}: there is ${suites.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const chosen = suites.filter(({ name }) => names.length === 0 || names.includes(name));
// Aborted, it still ends its servers and removes its namespaces.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const results: Results[] = [];
const problems: string[] = [];
if (chosen.some(({ runtimes }) => runtimes.includes("workerd"))) buildWorker();
for (const suite of chosen) {
  const missing = missingNeeds(suite);
  if (missing.length > 0 && suite.optional && names.length === 0) {
    console.log(`${suite.name}: left out, ${missing[0]?.program} is not on this machine`);
    continue;
  }
  for (const { program, install } of missing) problems.push(`${suite.name} needs ${program}: ${install}`);
  if (missing.length > 0) continue;
  try {
    const result = await runSuite(suite, problems);
    results.push(result);
    problems.push(...missingOutcomes(result));
  } catch (error) {
    problems.push(`${suite.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const passed = results.flatMap((one) => outcomesOf(one)).filter((error) => error === undefined).length;
if (problems.length === 0) writeOrCompare();
for (const problem of problems) console.error(`FAILED ${problem}`);
console.log(`clients: ${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A check that was made on one runtime must have been made on all. */
function missingOutcomes({ suite, up }: Results): string[] {
  return [...up.values()].flatMap(({ check: { client, what }, outcomes }) => {
    const missing = suite.runtimes.filter((runtime) => !outcomes.has(runtime));
    return missing.map((runtime) => `${suite.name} on ${runtime}: no outcome of ${client}: ${what}`);
  });
}

function outcomesOf({ up, down }: Results): (string | undefined)[] {
  return [...up.values(), ...down.values()].flatMap(({ outcomes }) => [...outcomes.values()]);
}

function writeOrCompare(): void {
  let before = "";
  try {
    before = readFileSync(page, "utf8");
  } catch {
    // There is no page yet.
  }
  const after = clientsPage(before, suites, results);
  if (after === before) return;
  if (check) problems.push("docs/clients.md is stale: npm run test:clients writes it");
  else writeFileSync(page, after);
}
