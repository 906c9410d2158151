/**
 * Load for long: a mixture of requests at half of the server's peak, one account's token turning over all the while. Says
 * whether memory grows, whether the slowest requests get slower, and whether a rotation costs anybody an answer.
 *
 * @module
 */
import { type RunningServer, type Runtime, startServer } from "../harness/server.ts";
import { type Load, runAutocannon } from "./load.ts";
import { only, type Row, shown, spreadOf } from "./report.ts";
import { usageOf } from "./servers.ts";
import { targets } from "./targets.ts";
import { accountsPath, callsOf, startUpstream } from "./upstream-client.ts";

const rotating = "rotating@bench.iam.gserviceaccount.com";
/** A token that lives so long, in seconds, is renewed when a quarter is left. */
const life = 12;
const renewedAfter = (life * 3) / 4;

/** What is asked for, and its share of the mixture in hundredths. */
const mixture: readonly (readonly [path: string, share: number])[] = [
  [targets.token, 40],
  [`${accountsPath}/${rotating}/token`, 20],
  [targets.leaf, 25],
  [targets.recursive, 10],
  [targets.listing, 5],
];
/**
 * The load is looked at in so many parts; memory is compared between the end of the second one and the end. Before them
 * the server has the time of one part to warm up, at twice the rate.
 */
const parts = 10;
const warmParts = 2;
const peakConnections = 8;

export interface SoakOptions {
  readonly runtime: Runtime;
  readonly seconds: number;
  readonly tell: (what: string) => void;
}

/** What one part of the load found. */
interface Part {
  readonly p99Ms: number;
  readonly memory: number;
  readonly requests: number;
  readonly failed: number;
}

/** Runs the soak. */
export async function soak({ runtime, seconds, tell }: SoakOptions): Promise<Row[]> {
  const upstream = await startUpstream();
  const source = { type: "http", url: `${upstream.origin}/rotating?delay=50&life=${life}` };
  const server = await startServer(runtime, { config: { accounts: { default: {}, [rotating]: { source } } } });
  try {
    const peak = await runAutocannon(server.origin + targets.token, { connections: peakConnections, seconds: 5 });
    const rate = Math.max(100, Math.floor(peak.perSecond / 2));
    tell(`${runtime}: peak ${shown(peak.perSecond / 1000)} k/s, soak at ${shown(rate / 1000)} k/s for ${seconds} s`);
    const partSeconds = Math.max(1, Math.round(seconds / parts));
    await part(server, rate * 2, partSeconds);
    const found: Part[] = [];
    for (let i = 0; i < parts; i++) found.push(await part(server, rate, partSeconds));
    return rowsOf(runtime, found, { rate, seconds, calls: await callsOf(upstream, "rotating") });
  } finally {
    await server.stop();
    await upstream.stop("SIGKILL");
  }
}

async function part(server: RunningServer, rate: number, seconds: number): Promise<Part> {
  const loads = await Promise.all(
    mixture.map(([path, share]) => {
      const own = String(Math.max(1, Math.floor((rate * share) / 100)));
      return runAutocannon(server.origin + path, { connections: 2, seconds }, ["--overallRate", own]);
    }),
  );
  const sum = (of: (load: Load) => number) => loads.reduce((total, load) => total + of(load), 0);
  return {
    p99Ms: Math.max(...loads.map((load) => load.p99Ms)),
    memory: usageOf(server)?.memory ?? Number.NaN,
    requests: sum((load) => load.requests),
    failed: sum((load) => load.unanswered + load.refused),
  };
}

function rowsOf(
  runtime: Runtime,
  found: readonly Part[],
  { calls, rate, seconds }: { readonly calls: number; readonly rate: number; readonly seconds: number },
): Row[] {
  const requests = found.reduce((sum, each) => sum + each.requests, 0);
  const failed = found.reduce((sum, each) => sum + each.failed, 0);
  const p99 = spreadOf(found.slice(warmParts).map((each) => each.p99Ms));
  const [early, late] = [found[warmParts - 1]?.memory ?? Number.NaN, found.at(-1)?.memory ?? Number.NaN];
  const percent = (late / early - 1) * 100;
  // autocannon counts whole milliseconds.
  const worst = p99.high / Math.max(1, p99.median);
  const expected = Math.floor(seconds / renewedAfter / 2);
  const isFew = calls <= expected;
  return [
    {
      measure: `soak of ${seconds} s, p99 of a tenth of it`,
      runtime,
      figures: `${requests} requests, ${rate}/s wanted, ${failed} failed`,
      value: p99,
      unit: "ms",
      problem: failed === 0 && requests > 0 ? undefined : `${failed} of ${requests} requests failed`,
    },
    {
      measure: `soak of ${seconds} s, worst p99 / median p99`,
      runtime,
      figures: `${calls - 1} rotations of a token that takes 50 ms`,
      value: only(worst),
      target: "≤ 2",
      problem: isFew ? `${calls - 1} rotations, ${expected} expected at least` : undefined,
    },
    {
      measure: `soak of ${seconds} s, growth of memory`,
      runtime,
      figures: `MiB at the end of each tenth: ${found.map(({ memory }) => memory.toFixed(0)).join(", ")}`,
      value: only(percent),
      unit: "%",
      target: "≤ 5",
    },
  ];
}
