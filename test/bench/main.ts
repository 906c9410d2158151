/**
 * `npm run bench`: the emulator beside bare handlers of the same runtimes, on free loopback ports. Times are for
 * reading; it fails only for what is wrong on any machine: missing answers, upstream calls too many, a bundle too big.
 *
 * @module
 */
import { constants } from "node:os";
import buildWorker from "../harness/build-worker.ts";
import type { Runtime } from "../harness/runtime-command.ts";
import { startServer } from "../harness/server.ts";
import { measureBundle } from "./bundle.ts";
import { burst, findGenerator, type Generator } from "./load.ts";
import { measureGrowth, measureMemory } from "./memory.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { report, tell } from "./output.ts";
import type { Plan } from "./plan.ts";
import { type Row, untimed } from "./report.ts";
import { startBare } from "./servers.ts";
import { soak } from "./soak.ts";
import { measureStart } from "./start.ts";
import { targets } from "./targets.ts";
import { measureThroughput } from "./throughput.ts";
import { measureTokens } from "./tokens.ts";
import { measureWake, waiterConfig } from "./waiters.ts";

// Servers end with the process, which a signal would not let them see.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]));

/** In less time the engines still warm up. */
const judgedSoakSeconds = 300;

const options = await readOptions().catch((error: Error) => {
  for (const line of error.message.split("\n")) tell(line);
  process.stderr.write(usage);
  process.exit(2);
});

if (options.help) process.stdout.write(usage);
else if (options.soak) report(await soakAll(options), "autocannon", options);
else {
  const generator = options.quick ? burst : findGenerator();
  report(await measureAll(planOf(options, generator)), generator.name, options);
}

async function soakAll({ on, seconds }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const runtime of on) rows.push(...(await soak({ runtime, seconds, tell })));
  return seconds < judgedSoakSeconds ? rows.map(untimed) : rows;
}

function planOf({ against, on, quick }: Options, generator: Generator): Plan {
  return {
    generator,
    fine: generator.name === "autocannon" ? burst : generator,
    runtimes: on,
    rounds: quick ? 1 : 5,
    seconds: quick ? 0.2 : 0.5,
    memoryRequests: quick ? 0 : 200_000,
    starts: quick ? 1 : 5,
    against,
    quick,
    tell,
  };
}

async function measureAll(plan: Plan): Promise<Row[]> {
  if (plan.runtimes.includes("workerd")) buildWorker();
  const rows: Row[] = [];
  for (const runtime of plan.runtimes) rows.push(...(await measureRuntime(runtime, plan)));
  if (plan.runtimes.includes("workerd")) {
    rows.push(await measureStart("wrangler", plan));
    rows.push(...(await measureBundle()));
  }
  return plan.quick ? rows.map(untimed) : rows;
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
    await (await fetch(bare.origin)).text();
    return await measureMemory(server, bare).finally(() => bare.stop("SIGKILL"));
  } finally {
    await server.stop();
  }
}
