/**
 * Load for long: a mixture of requests at half of the server's peak. Says whether memory grows and what the slowest
 * requests take.
 *
 * @module
 */
import { type Runtime, startServer } from "../harness/server.ts";
import { runAutocannon } from "./load.ts";
import { type Row, shown, spreadOf } from "./report.ts";
import { usageOf } from "./servers.ts";
import { targets } from "./targets.ts";

/** Share of the mixture, in hundredths of the whole. */
const mixture = { token: 60, leaf: 25, recursive: 10, listing: 5 } as const;
const connections = 8;

export interface SoakOptions {
  readonly runtime: Runtime;
  readonly seconds: number;
  readonly tell: (what: string) => void;
}

/** Runs the soak. Memory is compared between the end of the first tenth and the end. */
export async function soak({ runtime, seconds, tell }: SoakOptions): Promise<Row[]> {
  const server = await startServer(runtime);
  try {
    const peak = await runAutocannon(server.origin + targets.token, { connections, seconds: 5 });
    const rate = Math.max(100, Math.floor(peak.perSecond / 2));
    tell(`${runtime}: peak ${shown(peak.perSecond / 1000)} k/s, soak at ${shown(rate / 1000)} k/s for ${seconds} s`);
    const memory: number[] = [];
    const sample = setInterval(() => memory.push(usageOf(server)?.memory ?? Number.NaN), (seconds * 1000) / 20);
    const names = Object.keys(mixture) as (keyof typeof mixture)[];
    const loads = await Promise.all(
      names.map((name) => {
        const share = String(Math.max(1, Math.floor((rate * mixture[name]) / 100)));
        return runAutocannon(server.origin + targets[name], { connections: 2, seconds }, ["--overallRate", share]);
      }),
    );
    clearInterval(sample);
    return rowsOf(runtime, loads, memory, rate, seconds);
  } finally {
    await server.stop();
  }
}

function rowsOf(
  runtime: Runtime,
  loads: readonly Awaited<ReturnType<typeof runAutocannon>>[],
  memory: readonly number[],
  rate: number,
  seconds: number,
): Row[] {
  const requests = loads.reduce((sum, load) => sum + load.requests, 0);
  const failed = loads.reduce((sum, load) => sum + load.unanswered + load.refused, 0);
  const early = memory[1] ?? Number.NaN;
  const late = memory.at(-1) ?? Number.NaN;
  const percent = (late / early - 1) * 100;
  return [
    {
      measure: `soak of ${seconds} s, p99`,
      runtime,
      figures: `${requests} requests of ${rate}/s wanted, ${failed} failed`,
      value: spreadOf(loads.map((load) => load.p99Ms)),
      unit: "ms",
      problem: failed === 0 && requests > 0 ? undefined : `${failed} of ${requests} requests failed`,
    },
    {
      measure: `soak of ${seconds} s, growth of memory`,
      runtime,
      figures: `${shown(early)} MiB, then ${shown(late)} MiB`,
      value: { median: percent, low: percent, high: percent },
      unit: "%",
      target: "≤ 5",
    },
  ];
}
