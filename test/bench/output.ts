/**
 * Where the figures of the bench go: to the terminal, into files, and between the marks of a page.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg, totalmem } from "node:os";
import { dirname } from "node:path";
import { chartOf } from "./chart.ts";
import type { Options } from "./options.ts";
import { type Row, tableOf } from "./report.ts";

/** Told what goes on. */
export const tell = (what: string) => void process.stderr.write(`bench: ${what}\n`);

/** Prints and keeps `rows`, which `load` has measured; the exit code is 1 if something is wrong on any machine. */
export function report(rows: readonly Row[], load: string, { chart, json, page, soak }: Options): void {
  const machine = `${machineText()}; load by ${load}`;
  process.stdout.write(`${machine}\n\n${tableOf(rows)}\n`);
  keep(json, `${JSON.stringify({ machine, date: new Date().toISOString(), rows }, undefined, 2)}\n`);
  if (chart !== undefined) keep(chart, chartOf(rows, "Requests per second, bare handler of the runtime = 1"));
  if (page !== undefined) keep(page, withTable(page, soak ? "soak" : "bench", machine, rows));
  const broken = rows.filter(({ problem }) => problem !== undefined);
  for (const { measure, problem, runtime } of broken) tell(`BROKEN on ${runtime}: ${measure}: ${problem}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

/** The text of `file` with the table of this run in the place of the one before. */
function withTable(file: string, name: string, machine: string, rows: readonly Row[]): string {
  const text = readFileSync(file, "utf8");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`Cannot find ${open} and ${close} in ${file}`);
  const when = new Date().toISOString().slice(0, 10);
  const load = loadavg()[1]?.toFixed(1) ?? "unknown";
  const said = `${when}: ${machine}. Load average of the machine at the end of the run: ${load}.`;
  return `${text.slice(0, from)}${open}\n${said}\n\n${tableOf(rows)}\n${text.slice(to)}`;
}

function keep(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  tell(`wrote ${file}`);
}

function machineText(): string {
  const version = (program: string) => execFileSync(program, ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "";
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const programs = [`node ${version("node")}`, `bun ${version("bun")}`, version("deno"), version("workerd")];
  return `${cpus().length} cores (${cpus()[0]?.model ?? arch()}), ${memory}; ${programs.join(", ")}`;
}
