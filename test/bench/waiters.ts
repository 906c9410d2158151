/**
 * How long a change takes to reach those who wait for it, beside a bare handler that releases the requests it held.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { RunningServer } from "../harness/server.ts";
import type { Plan } from "./plan.ts";
import { quantile, type Row, shown, spreadOf } from "./report.ts";
import { startBare } from "./servers.ts";
import { type Answer, Sockets } from "./sockets.ts";

const attribute = "/computeMetadata/v1/instance/guest-attributes/bench/value";

/** What a server needs so that its guest attributes can be written. */
export const waiterConfig = { metadata: { instance: { attributes: { "enable-guest-attributes": "TRUE" } } } };

/** Measures the wake of 1,000 waiters against a bare handler, and of 10. */
export async function measureWake(server: RunningServer, plan: Plan): Promise<Row[]> {
  const bare = await startBare(server.runtime, server.origin, "/", true);
  try {
    const writer = await Sockets.open(server.origin, 1);
    await writer.put(attribute, "first")[0];
    writer.close();
    const rounds = Math.min(3, plan.rounds);
    const ours: Wake[] = [];
    const least: Wake[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await wake(server, 1_000, `${attribute}?wait_for_change=true`, write(`many-${round}`)));
      least.push(await wake(bare, 1_000, "/", release));
    }
    return [manyRow(server, ours, least), await fewRow(server, plan)];
  } finally {
    await bare.stop("SIGKILL");
  }
}

interface Wake {
  /** Milliseconds from the change to each answer. */
  readonly delays: readonly number[];
}

function manyRow({ runtime }: RunningServer, ours: readonly Wake[], least: readonly Wake[]): Row {
  const p99 = ({ delays }: Wake) => quantile(delays, 0.99);
  const answered = ours.map(({ delays }) => delays.length);
  return {
    measure: "wake of 1,000 waiters, p99 / bare handler",
    runtime,
    figures: `p99 ${shown(spreadOf(ours.map(p99)).median)} ms against ${shown(spreadOf(least.map(p99)).median)} ms`,
    value: spreadOf(ours.map((wake, round) => p99(wake) / p99(least[round] ?? wake))),
    target: "≤ 1.5",
    problem: answered.every((count) => count === 1_000) ? undefined : `${answered.join(", ")} of 1000 waiters woke`,
  };
}

async function fewRow(server: RunningServer, plan: Plan): Promise<Row> {
  const delays: number[] = [];
  const rounds = plan.quick ? 3 : 20;
  for (let round = 0; round < rounds; round++) {
    const url = `${attribute}?wait_for_change=true`;
    delays.push(...(await wake(server, 10, url, write(`few-${round}`))).delays);
  }
  const p99 = quantile(delays, 0.99);
  return {
    measure: "wake of 10 waiters, p99",
    runtime: server.runtime,
    figures: `p50 ${shown(quantile(delays, 0.5))} ms, ${delays.length} wakes`,
    value: { median: p99, low: quantile(delays, 0), high: quantile(delays, 1) },
    unit: "ms",
    target: "≤ 5",
    problem: delays.length === rounds * 10 ? undefined : `${delays.length} of ${rounds * 10} waiters woke`,
  };
}

/** A change by a connection that stands already, so that what a client needs to open one is nobody's delay. */
type Change = (writer: Sockets) => Promise<Answer | undefined> | undefined;

async function wake({ origin }: RunningServer, count: number, path: string, change: Change): Promise<Wake> {
  const sockets = await Sockets.open(origin, count);
  const writer = await Sockets.open(origin, 1);
  const answers = sockets.send(() => path);
  // A server does not say how many it holds: this is what it gets to take them in.
  await pause(count > 100 ? 700 : 60);
  const started = performance.now();
  const changed = await change(writer);
  if (changed?.status !== 200) throw new Error(`Cannot make the change: ${changed?.status ?? "no answer"}`);
  const settled = await Promise.all(answers);
  sockets.close();
  writer.close();
  const delays = settled.flatMap((answer) => (answer?.status === 200 ? [answer.at - started] : []));
  return { delays };
}

const write =
  (value: string): Change =>
  (writer) =>
    writer.put(attribute, value)[0];

const release: Change = (writer) => writer.send(() => "/release")[0];
