/**
 * What the token cache is for: many cold requests are one upstream call, a key that hangs does not slow another one,
 * and a rotation goes unnoticed.
 *
 * @module
 */
import { type RunningServer, type Runtime, startServer } from "../harness/server.ts";
import { problemOf } from "./load.ts";
import type { Plan } from "./plan.ts";
import { type Row, shown, spreadOf } from "./report.ts";
import { flavor } from "./servers.ts";
import { coldAccounts, oneKey, tenKeys, upstreamMs } from "./storm.ts";
import { accountsPath, callsOf, startUpstream } from "./upstream-client.ts";

const hanging = "hanging@bench.iam.gserviceaccount.com";
const rotating = "rotating@bench.iam.gserviceaccount.com";
const hangMs = 2_000;
/** Seconds. A token is renewed when a quarter of its life is left: once in a run of that length. */
const shortLife = 2;

/** Measures a server of its own, whose accounts get their tokens from the bench's upstream. */
export async function measureTokens(runtime: Runtime, plan: Plan): Promise<Row[]> {
  const upstream = await startUpstream();
  const source = (name: string, query: string) => ({ type: "http", url: `${upstream.origin}/${name}?${query}` });
  const accounts = {
    default: { source: source("default", "delay=0") },
    ...Object.fromEntries(coldAccounts.map((name) => [name, { source: source("cold", `delay=${upstreamMs}`) }])),
    [hanging]: { source: source("hanging", `delay=${hangMs}`) },
    [rotating]: { source: source("rotating", `delay=50&life=${shortLife}`) },
  };
  const server = await startServer(runtime, { config: { accounts } });
  try {
    // The first request is the one that starts workerd's Durable Object.
    await ask(server, "default/token");
    const rows = [
      await oneKey(server, upstream, plan),
      await tenKeys(server, upstream),
      await besideHanging(server, plan),
      await acrossRotation(server, upstream, plan),
    ];
    return rows;
  } finally {
    await server.stop();
    await upstream.stop("SIGKILL");
  }
}

async function ask(server: RunningServer, path: string): Promise<void> {
  await (await fetch(`${server.origin}${accountsPath}/${path}`, { headers: flavor })).text();
}

/** Load on one account's token, and what is wrong with it. */
async function load(server: RunningServer, account: string, seconds: number, { fine }: Plan) {
  const found = await fine.run(`${server.origin}${accountsPath}/${account}/token`, { connections: 8, seconds });
  return { ...found, problem: problemOf(found) };
}

/**
 * The 99th percentile of a cached token, alone and while another key's mint hangs, in turns. A run's own is that of one
 * pause more or less of the collector, so the medians of all runs are compared; the range is that of the rounds.
 */
async function besideHanging(server: RunningServer, plan: Plan): Promise<Row> {
  let problem: string | undefined;
  const runs = async () => {
    const found: number[] = [];
    for (let run = 0; run < (plan.quick ? 1 : 3); run++) {
      const { p99Ms, problem: wrong } = await load(server, "default", plan.seconds, plan);
      found.push(p99Ms);
      problem ??= wrong;
    }
    return found;
  };
  const alone: number[][] = [];
  const beside: number[][] = [];
  for (let round = 0; round < (plan.quick ? 1 : 3); round++) {
    alone.push(await runs());
    let ended = false;
    const hung = ask(server, `${hanging}/identity?audience=https://hanging-${round}.example.com`).finally(() => {
      ended = true;
    });
    beside.push(await runs());
    if (ended) problem ??= "the hanging request ended before the run";
    await hung;
  }
  const p99 = (rounds: readonly number[][]) => spreadOf(rounds.flat()).median;
  const rounds = spreadOf(beside.map((each, round) => p99([each]) / p99([alone[round] ?? []])));
  return {
    measure: "cached token's p99 while another key hangs / without",
    runtime: server.runtime,
    figures: `p99 ${shown(p99(alone))} ms, then ${shown(p99(beside))} ms`,
    value: { ...rounds, median: p99(beside) / p99(alone) },
    target: "≤ 1.2",
    problem,
  };
}

/** A rotation that blocked everybody would delay no more than eight answers: the slowest one is told, too. */
async function acrossRotation(server: RunningServer, upstream: RunningServer, plan: Plan): Promise<Row> {
  const rounds = plan.quick ? 1 : 3;
  const ratios: number[] = [];
  const figures: string[] = [];
  let problem: string | undefined;
  for (let round = 0; round < rounds; round++) {
    const fixed = await load(server, "default", shortLife, plan);
    // The token of the round before is dead by now, and a cold request is no rotation.
    await ask(server, `${rotating}/token`);
    const turning = await load(server, rotating, shortLife, plan);
    problem ??= fixed.problem ?? turning.problem;
    ratios.push(turning.p99Ms / fixed.p99Ms);
    figures.push(`p99 ${shown(fixed.p99Ms)}, then ${shown(turning.p99Ms)}, slowest ${shown(turning.maxMs)} ms`);
  }
  const calls = await callsOf(upstream, "rotating");
  if (calls < rounds * 2 || calls > rounds * 2 + 2) problem ??= `${calls} upstream calls`;
  return {
    measure: "p99 across a token rotation / without",
    runtime: server.runtime,
    figures: `${figures.join("; ")}; ${calls} upstream calls`,
    value: spreadOf(ratios),
    target: "≤ 1.5",
    problem,
  };
}
