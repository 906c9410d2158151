/**
 * Resident memory: at rest, and whether it grows with the number of requests.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { RunningServer } from "../harness/server.ts";
import type { Plan } from "./plan.ts";
import { type Row, shown } from "./report.ts";
import { usageOf } from "./servers.ts";
import { targets } from "./targets.ts";

/** Memory of a fresh server that has answered once; `undefined` where the machine does not say. */
export async function idleMemory(server: RunningServer): Promise<number | undefined> {
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
      value: { median: more, low: more, high: more },
      unit: "MiB",
      target: "≤ 15",
    },
  ];
}

/** Growth of a server that has had its load already: the first requests fill the heap of every runtime. */
export async function measureGrowth(server: RunningServer, plan: Plan): Promise<Row[]> {
  if (plan.memoryRequests === 0 || usageOf(server) === undefined) return [];
  return [await growth(server, plan)];
}

async function growth(server: RunningServer, plan: Plan): Promise<Row> {
  await requests(server, plan, plan.memoryRequests / 10);
  const warm = usageOf(server)?.memory ?? Number.NaN;
  await requests(server, plan, plan.memoryRequests);
  const after = usageOf(server)?.memory ?? Number.NaN;
  const percent = (after / warm - 1) * 100;
  return {
    measure: `memory after ${plan.memoryRequests / 1000},000 more requests`,
    runtime: server.runtime,
    figures: `${shown(warm)} MiB, then ${shown(after)} MiB`,
    value: { median: percent, low: percent, high: percent },
    unit: "%",
    target: "≤ 5",
  };
}

async function requests(server: RunningServer, { generator }: Plan, count: number): Promise<void> {
  const order = [targets.token, targets.leaf, targets.recursive, targets["404"]];
  for (let done = 0, turn = 0; done < count; turn++) {
    const path = order[turn % order.length] ?? targets.token;
    done += (await generator.run(server.origin + path, { connections: 32, seconds: 0.5 })).requests;
  }
}
