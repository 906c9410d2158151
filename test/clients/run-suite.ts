/**
 * Runs one suite: installs its clients, then starts its program beside a server of each runtime, and without a server.
 *
 * @module
 */
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Runtime } from "../harness/runtime-command.ts";
import { copyInto } from "./install.ts";
import type { Results, Row } from "./page.ts";
import { type Check, type Need, type Place, readLines, type State, type Suite } from "./suite.ts";
import { openTarget } from "./target.ts";

const root = resolve(import.meta.dirname, "../..");

/** Returns what a suite needs and the machine does not have. */
export function missingNeeds(suite: Suite): readonly Need[] {
  return suite.needs.filter(({ program }) => !isInstalled(program));
}

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

/** Installs the clients of a suite and runs its program everywhere. What goes wrong is added to `problems`. */
export async function runSuite(suite: Suite, problems: string[]): Promise<Results> {
  const folder = join(root, ".cache/clients", suite.name);
  mkdirSync(folder, { recursive: true });
  timed(`${suite.name}: install`, () => {
    suite.prepare(folder);
    copyInto(folder, suite.sources);
    suite.build?.(folder);
  });
  const result: Growing = { suite, versions: {}, up: new Map(), down: new Map() };
  for (const place of suite.places) {
    for (const runtime of suite.runtimes) problems.push(...(await runProgram(result, folder, place, "up", runtime)));
    // Without a server it is the same on all runtimes.
    problems.push(...(await runProgram(result, folder, place, "down", "node")));
  }
  return result;
}

/** Results while the suite runs. */
interface Growing extends Results {
  versions: Readonly<Record<string, string>>;
  readonly up: Map<string, Row>;
  readonly down: Map<string, Row>;
}

/** Runs the program once and puts what it said into `result`. Returns the checks that failed. */
async function runProgram(
  result: Growing,
  folder: string,
  place: Place,
  state: State,
  runtime: Runtime,
): Promise<readonly string[]> {
  const { suite } = result;
  const label = state === "up" ? `${suite.name} on ${runtime}, ${place}` : `${suite.name} without a server, ${place}`;
  const started = performance.now();
  const target = await openTarget(place, state, runtime);
  try {
    const { checks, versions } = readLines(await target.run(suite.command(folder), folder));
    result.versions = { ...result.versions, ...versions };
    for (const check of checks) addTo(result[state], check, runtime);
    console.log(`${label}: ${checks.length} checks, ${Math.round(performance.now() - started)} ms`);
    const failed = checks.filter(({ error }) => error !== undefined);
    return failed.map(({ client, what, error }) => `${label}: ${client}: ${what}: ${error}`);
  } catch (error) {
    throw new Error(`${label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await target.close();
  }
}

function addTo(rows: Map<string, Row>, check: Check, runtime: Runtime): void {
  const key = `${check.client}: ${check.what}`;
  const row = rows.get(key) ?? { check, outcomes: new Map() };
  if (row.outcomes.has(runtime)) throw new Error(`"${key}" was said twice`);
  row.outcomes.set(runtime, check.error);
  rows.set(key, row);
}

function timed(label: string, does: () => void): void {
  const started = performance.now();
  does();
  console.log(`${label}: ${Math.round(performance.now() - started)} ms`);
}
