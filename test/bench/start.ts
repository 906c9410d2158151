/**
 * From the command to the first token, as a user waits for it.
 *
 * @module
 */
import { type Runtime, startServer } from "../harness/server.ts";
import type { Plan } from "./plan.ts";
import { type Row, spreadOf } from "./report.ts";
import { flavor } from "./servers.ts";
import { targets } from "./targets.ts";

const goals: Partial<Record<Runtime, number>> = { bun: 150, node: 250, deno: 250, wrangler: 3_000 };

/** Measures starts of the server on `runtime`. */
export async function measureStart(runtime: Runtime, plan: Plan): Promise<Row> {
  const times: number[] = [];
  const count = runtime === "wrangler" ? Math.min(2, plan.starts) : plan.starts;
  // Node and Deno keep what they made of the sources, and write it down when a server ends in order.
  if (runtime === "node" || runtime === "deno") await startOnce(runtime, "SIGTERM");
  for (let i = 0; i < count; i++) times.push(await startOnce(runtime));
  return {
    measure: "start to first token",
    runtime: runtime === "wrangler" ? "npm start" : runtime,
    figures: `${count} starts`,
    value: spreadOf(times),
    unit: "ms",
    ...(goals[runtime] === undefined ? {} : { target: `≤ ${goals[runtime]}` }),
  };
}

async function startOnce(runtime: Runtime, end: "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<number> {
  const started = performance.now();
  const server = await startServer(runtime);
  try {
    const answer = await fetch(server.origin + targets.token, { headers: flavor });
    if (!(await answer.text()).startsWith('{"access_token"')) throw new Error(`No token from ${runtime}`);
    return performance.now() - started;
  } finally {
    await server.stop(runtime === "wrangler" ? "SIGTERM" : end);
  }
}
