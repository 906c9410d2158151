/**
 * Resident memory: at rest, and whether it grows with the number of requests.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { RunningServer } from "../harness/server.ts";
import { problemOf } from "./load.ts";
import type { Plan } from "./plan.ts";
import { only, type Row, shown } from "./report.ts";
import { usageOf } from "./servers.ts";
import { targets } from "./targets.ts";

/** Memory of a fresh server that has answered once; `undefined` where the machine does not say. */
async function idleMemory(server: RunningServer): Promise<number | undefined> {
  await pause(300);
  return usageOf(server)?.memory;
}

/** Measures `server` beside `bare`; both are fresh and have answered once. */
export async function measureMemory(server: RunningServer, bare: RunningServer): Promise<Row[]> {
  const [idle, bareIdle] = [await idleMemory(server), await idleMemory(bare)];
  if (idle === undefined || bareIdle === undefined) return [];
  const more = idle - bareIdle;
  const { runtime } = server;
  return [
    {
      measure: "memory at rest, above the bare handler",
      runtime,
      figures: `${shown(idle)} MiB against ${shown(bareIdle)} MiB`,
      value: only(more),
      unit: "MiB",
      target: "≤ 15",
    },
  ];
}

/** Growth of a server that has had its load already: the first requests fill the heap of every runtime. */
export async function measureGrowth(server: RunningServer, plan: Plan): Promise<Row[]> {
  if (plan.memoryRequests === 0 || usageOf(server) === undefined) return [];
  const warmProblem = await requests(server, plan, plan.memoryRequests / 10);
  const warm = usageOf(server)?.memory ?? Number.NaN;
  const problem = await requests(server, plan, plan.memoryRequests);
  const after = usageOf(server)?.memory ?? Number.NaN;
  return [
    {
      measure: `memory after ${plan.memoryRequests / 1000},000 more requests`,
      runtime: server.runtime,
      figures: `${shown(warm)} MiB, then ${shown(after)} MiB`,
      value: only((after / warm - 1) * 100),
      unit: "%",
      target: "≤ 5",
      problem: warmProblem ?? problem,
    },
  ];
}

/** Sends so many requests, or fewer if something is wrong, which it returns. */
async function requests(server: RunningServer, { generator }: Plan, count: number): Promise<string | undefined> {
  const order = [targets.token, targets.leaf, targets.recursive, targets.listing];
  for (let done = 0, turn = 0; done < count; turn++) {
    const path = order[turn % order.length] ?? targets.token;
    const load = await generator.run(server.origin + path, { connections: 32, seconds: 0.5 });
    const problem = problemOf(load);
    if (problem !== undefined) return problem;
    done += load.requests;
  }
  return undefined;
}
