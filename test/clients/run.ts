/**
 * Runs unmodified Google clients against the served worker: `npm run test:clients [-- [--check] LANGUAGE …]`. Writes
 * docs/clients.md when all went well; with `--check` the page must be right already.
 *
 * @module
 */
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import buildWorker from "../harness/build-worker.ts";
import type { Runtime } from "../harness/runtime-command.ts";
import { copyInto } from "./install.ts";
import { suites } from "./languages.ts";
import { clientsPage, type Results, type Row } from "./page.ts";
import { type Place, readLines, type State, type Suite } from "./suite.ts";
import { openTarget } from "./target.ts";

const root = resolve(import.meta.dirname, "../..");
const page = join(root, "docs/clients.md");

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
  const missing = suite.needs.filter(({ program }) => !isInstalled(program));
  if (missing.length > 0 && suite.optional && names.length === 0) {
    console.log(`${suite.name}: left out, ${missing[0]?.program} is not on this machine`);
    continue;
  }
  for (const { program, install } of missing) problems.push(`${suite.name} needs ${program}: ${install}`);
  if (missing.length > 0) continue;
  try {
    results.push(await runSuite(suite));
  } catch (error) {
    problems.push(`${suite.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const passed = results.flatMap((one) => outcomesOf(one)).filter((error) => error === undefined).length;
if (problems.length === 0) writeOrCompare();
for (const problem of problems) console.error(`FAILED ${problem}`);
console.log(`clients: ${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function runSuite(suite: Suite): Promise<Results> {
  const folder = join(root, ".cache/clients", suite.name);
  mkdirSync(folder, { recursive: true });
  timed(`${suite.name}: install`, () => {
    suite.prepare(folder);
    copyInto(folder, suite.sources);
    suite.build?.(folder);
  });
  const result = { suite, versions: {}, up: new Map<string, Row>(), down: new Map<string, Row>() };
  for (const place of suite.places) {
    for (const runtime of suite.runtimes) await runProgram(suite, folder, place, "up", runtime, result);
    // Without a server it is the same on all runtimes.
    await runProgram(suite, folder, place, "down", "node", result);
  }
  for (const { check: row, outcomes } of result.up.values())
    for (const runtime of suite.runtimes)
      if (!outcomes.has(runtime))
        problems.push(`${suite.name} on ${runtime}: no outcome of ${row.client}: ${row.what}`);
  return result;
}

async function runProgram(
  suite: Suite,
  folder: string,
  place: Place,
  state: State,
  runtime: Runtime,
  result: {
    versions: Readonly<Record<string, string>>;
    readonly up: Map<string, Row>;
    readonly down: Map<string, Row>;
  },
): Promise<void> {
  const label = state === "up" ? `${suite.name} on ${runtime}, ${place}` : `${suite.name} without a server, ${place}`;
  const started = performance.now();
  const target = await openTarget(place, state, runtime);
  try {
    const said = readLines(await target.run(suite.command(folder), folder));
    result.versions = { ...result.versions, ...said.versions };
    for (const one of said.checks) {
      const key = `${one.client}: ${one.what}`;
      const row = result[state].get(key) ?? { check: one, outcomes: new Map() };
      if (row.outcomes.has(runtime)) throw new Error(`"${key}" was said twice`);
      row.outcomes.set(runtime, one.error);
      result[state].set(key, row);
      if (one.error !== undefined) problems.push(`${label}: ${key}: ${one.error}`);
    }
    console.log(`${label}: ${said.checks.length} checks, ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    throw new Error(`${label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await target.close();
  }
}

function outcomesOf({ up, down }: Results): (string | undefined)[] {
  return [...up.values(), ...down.values()].flatMap(({ outcomes }) => [...outcomes.values()]);
}

function timed(label: string, does: () => void): void {
  const started = performance.now();
  does();
  console.log(`${label}: ${Math.round(performance.now() - started)} ms`);
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
