/**
 * Requests per second of one runtime at its peak, beside its own bare handler and, if asked, another server. Rounds are
 * interleaved, so that what else the machine does hits all of them alike. The CPU time of a request is measured too: it
 * says the same when the machine is shared.
 *
 * @module
 */
import type { RunningServer } from "../harness/server.ts";
import type { Plan } from "./plan.ts";
import { type Row, shown, spreadOf } from "./report.ts";
import { startBare, usageOf } from "./servers.ts";
import { type Target, targets } from "./targets.ts";

const connections = 32;

/** Targets that the issue has a goal for: a lower one on workerd, which answers through a Durable Object now and then. */
const aimed: ReadonlySet<Target> = new Set(["token", "leaf", "404"]);

interface Run {
  readonly perSecond: number;
  readonly cpuMicros: number | undefined;
  readonly problem: string | undefined;
}

/** Measures every target on `server`. */
export async function measureThroughput(server: RunningServer, plan: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of Object.keys(targets) as Target[]) {
    const bare = await startBare(server.runtime, server.origin, targets[name]);
    try {
      rows.push(...(await measureTarget(name, server, bare, plan)));
    } finally {
      await bare.stop("SIGKILL");
    }
  }
  return rows;
}

async function measureTarget(name: Target, server: RunningServer, bare: RunningServer, plan: Plan): Promise<Row[]> {
  const ours: Run[] = [];
  const bares: Run[] = [];
  const others: Run[] = [];
  const other = plan.against === undefined ? [] : [plan.against + targets[name]];
  await warmUp([server.origin + targets[name], bare.origin, ...other], plan);
  const rounds = aimed.has(name) ? plan.rounds : Math.min(3, plan.rounds);
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => ours.push(await run(name, server.origin + targets[name], plan, server)),
      async () => bares.push(await run(name, bare.origin, plan, bare)),
      async () => void (plan.against && others.push(await run(name, plan.against + targets[name], plan))),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const problem = [...ours, ...bares].find((each) => each.problem !== undefined)?.problem;
  const goal = aimed.has(name) ? { target: server.runtime === "workerd" ? "≥ 0.7" : "≥ 0.85" } : {};
  const row: Row = {
    measure: `${name} / bare handler`,
    runtime: server.runtime,
    figures: `${rate(ours)} against ${rate(bares)}${cpu(ours, bares)}`,
    value: ratio(ours, bares),
    ...goal,
    problem,
  };
  return others.length === 0 ? [row] : [row, besideOther(name, server, ours, others)];
}

function besideOther(name: Target, { runtime }: RunningServer, ours: readonly Run[], others: readonly Run[]): Row {
  const goal = name === "recursive" ? "≥ 2" : runtime === "node" ? "≥ 1.0" : "≥ 1.5";
  const asked = name === "recursive" || (runtime !== "workerd" && (name === "token" || name === "leaf"));
  return {
    measure: `${name} / other server`,
    runtime,
    figures: `${rate(ours)} against ${rate(others)}`,
    value: ratio(ours, others),
    ...(asked ? { target: goal } : {}),
    problem: others.find((each) => each.problem !== undefined)?.problem,
  };
}

/** The engines compile what has run often: by count, for a busy machine does less in a second; workerd never does so much. */
async function warmUp(urls: readonly string[], { generator, quick }: Plan): Promise<void> {
  if (quick) return;
  for (const url of urls) {
    for (let done = 0, runs = 0; done < 60_000 && runs < 3; runs++)
      done += (await generator.run(url, { connections, seconds: 0.5 })).requests;
  }
}

/** One run; of a server that is none of ours nobody knows the CPU time. */
async function run(name: Target, url: string, plan: Plan, server?: RunningServer): Promise<Run> {
  const usage = () => (server === undefined ? undefined : usageOf(server));
  const before = usage();
  const load = await plan.generator.run(url, { connections, seconds: plan.seconds });
  const after = usage();
  const good = name === "404" ? load.refused : load.requests - load.refused;
  const whole = load.requests > 0 && good === load.requests && load.unanswered === 0;
  return {
    perSecond: load.perSecond,
    cpuMicros:
      before === undefined || after === undefined
        ? undefined
        : ((after.cpuMs - before.cpuMs) * 1000) / Math.max(1, load.requests),
    problem: whole
      ? undefined
      : `${good} of ${load.requests} answers as expected, ${load.unanswered} requests unanswered`,
  };
}

const ratio = (ours: readonly Run[], theirs: readonly Run[]) =>
  spreadOf(ours.map(({ perSecond }, round) => perSecond / (theirs[round]?.perSecond ?? Number.NaN)));

const rate = (runs: readonly Run[]) => `${shown(spreadOf(runs.map(({ perSecond }) => perSecond / 1000)).median)} k/s`;

function cpu(ours: readonly Run[], bares: readonly Run[]): string {
  const micros = (runs: readonly Run[]) => spreadOf(runs.map(({ cpuMicros }) => cpuMicros ?? Number.NaN)).median;
  const [mine, least] = [micros(ours), micros(bares)];
  return Number.isNaN(mine) ? "" : `; CPU ${shown(mine)} against ${shown(least)} µs (${shown(least / mine)})`;
}
