/**
 * `npm run bench`: the emulator beside bare handlers of the same runtimes, on free loopback ports. Times are for
 * reading; it fails only for what is wrong on any machine: missing answers, upstream calls too many, a bundle too big.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg, totalmem } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import buildWorker from "../harness/build-worker.ts";
import { type Runtime, runtimes } from "../harness/runtime-command.ts";
import { startServer } from "../harness/server.ts";
import { measureBundle } from "./bundle.ts";
import { chartOf } from "./chart.ts";
import { burst, findGenerator } from "./load.ts";
import { measureGrowth, measureMemory } from "./memory.ts";
import type { Plan } from "./plan.ts";
import { type Row, tableOf } from "./report.ts";
import { startBare } from "./servers.ts";
import { soak } from "./soak.ts";
import { measureStart } from "./start.ts";
import { targets } from "./targets.ts";
import { measureThroughput } from "./throughput.ts";
import { measureTokens } from "./tokens.ts";
import { measureWake, waiterConfig } from "./waiters.ts";

const usage = `npm run bench [-- OPTIONS]
  --quick            at most a minute: enough to see that everything answers
  --against URL      put another metadata server beside
  --on A,B           only these runtimes of ${runtimes.join(", ")}
  --soak             instead: mixed load at half of the peak (--seconds N, default 300; default --on node,bun,deno)
  --json FILE        where the figures go (default .cache/bench.json)
  --chart FILE       draw the ratios as SVG
  --page FILE        write the table between its marks in a Markdown file (docs/performance.md)
`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    soak: { type: "boolean", default: false },
    seconds: { type: "string", default: "300" },
    against: { type: "string" },
    on: { type: "string" },
    json: { type: "string", default: ".cache/bench.json" },
    chart: { type: "string" },
    page: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const tell = (what: string) => void process.stderr.write(`bench: ${what}\n`);

const generator = values.quick ? burst : findGenerator();

if (values.help) process.stdout.write(usage);
else await report(values.soak ? await soakAll() : await measureAll());

async function soakAll(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const runtime of chosen("node,bun,deno"))
    rows.push(...(await soak({ runtime, seconds: Number(values.seconds), tell })));
  return rows;
}

async function measureAll(): Promise<Row[]> {
  const { quick } = values;
  const plan: Plan = {
    generator,
    runtimes: chosen(runtimes.join(",")),
    rounds: quick ? 1 : 5,
    seconds: quick ? 0.2 : 0.5,
    memoryRequests: quick ? 0 : 200_000,
    starts: quick ? 1 : 5,
    against: values.against?.replace(/\/$/, ""),
    quick,
    tell,
  };
  if (plan.runtimes.includes("workerd")) buildWorker();
  const rows: Row[] = [];
  for (const runtime of plan.runtimes) rows.push(...(await measureRuntime(runtime, plan)));
  if (plan.runtimes.includes("workerd")) {
    rows.push(await measureStart("wrangler", plan));
    rows.push(...(await measureBundle()));
  }
  return rows;
}

async function measureRuntime(runtime: Runtime, plan: Plan): Promise<Row[]> {
  tell(`${runtime}: start`);
  const rows: Row[] = runtime === "workerd" ? [] : [await measureStart(runtime, plan)];
  tell(`${runtime}: memory`);
  rows.push(...(await memoryOf(runtime)));
  const server = await startServer(runtime, { config: waiterConfig });
  try {
    tell(`${runtime}: throughput`);
    rows.unshift(...(await measureThroughput(server, plan)));
    rows.push(...(await measureGrowth(server, plan)));
    tell(`${runtime}: waiters`);
    if (runtime !== "workerd") rows.push(...(await measureWake(server, plan)));
  } finally {
    await server.stop();
  }
  tell(`${runtime}: tokens`);
  rows.push(...(await measureTokens(runtime, plan)));
  return rows;
}

/** Of the server as it starts without a configuration, whose reading is loaded when there is one. */
async function memoryOf(runtime: Runtime): Promise<Row[]> {
  const server = await startServer(runtime);
  try {
    const bare = await startBare(runtime, server.origin, targets.token);
    return await measureMemory(server, bare).finally(() => bare.stop("SIGKILL"));
  } finally {
    await server.stop();
  }
}

function chosen(standard: string): Runtime[] {
  const names = (values.on ?? standard).split(",");
  return names.map((name) => {
    const runtime = runtimes.find((each) => each === name);
    if (runtime === undefined) throw new Error(`Cannot bench on "${name}"; there are ${runtimes.join(", ")}`);
    return runtime;
  });
}

async function report(rows: readonly Row[]): Promise<void> {
  const machine = `${machineText()}; load by ${values.soak ? "autocannon" : generator.name}`;
  process.stdout.write(`${machine}\n\n${tableOf(rows)}\n`);
  keep(values.json, `${JSON.stringify({ machine, date: new Date().toISOString(), rows }, undefined, 2)}\n`);
  if (values.chart !== undefined)
    keep(values.chart, chartOf(rows, "Requests per second, bare handler of the runtime = 1"));
  if (values.page !== undefined) keep(values.page, withTable(values.page, machine, rows));
  const broken = rows.filter(({ problem }) => problem !== undefined);
  for (const { measure, problem, runtime } of broken) tell(`BROKEN on ${runtime}: ${measure}: ${problem}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

/** The text of `file` with the table of this run in the place of the one before. */
function withTable(file: string, machine: string, rows: readonly Row[]): string {
  const name = values.soak ? "soak" : "bench";
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, after] = [readFileSync(file, "utf8").split(open)[0], readFileSync(file, "utf8").split(close)[1]];
  if (after === undefined) throw new Error(`Cannot find ${open} and ${close} in ${file}`);
  const when = new Date().toISOString().slice(0, 10);
  const load = loadavg()[1]?.toFixed(1) ?? "unknown";
  const said = `${when}: ${machine}. Load average of the machine at the end of the run: ${load}.`;
  return `${before}${open}\n${said}\n\n${tableOf(rows)}\n${close}${after}`;
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
