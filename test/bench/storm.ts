/**
 * A thousand requests at once for tokens that nobody has: how many calls of the upstream they make, and when the last of
 * them is answered.
 *
 * @module
 */
import type { RunningServer } from "../harness/server.ts";
import type { Plan } from "./plan.ts";
import { only, type Row, shown, spreadOf } from "./report.ts";
import { Sockets } from "./sockets.ts";
import { accountsPath, callsOf } from "./upstream-client.ts";

/** What the upstream takes for a token. */
export const upstreamMs = 300;
const rounds = 5;
const account = (index: number) => `cold-${index}@bench.iam.gserviceaccount.com`;
/** The accounts whose tokens these are: one for each round, and one for ten audiences. */
export const coldAccounts = Array.from({ length: rounds + 1 }, (_, index) => account(index));

/** In the first round nearly nothing of the server has run before. */
export async function oneKey(server: RunningServer, upstream: RunningServer, { quick }: Plan): Promise<Row> {
  const last: number[] = [];
  let problem: string | undefined;
  for (let round = 0; round < (quick ? 1 : rounds); round++) {
    const { lastMs, answered, different } = await storm(server, () => `${accountsPath}/${account(round)}/token`);
    const calls = await callsOf(upstream, "cold");
    last.push(lastMs);
    if (calls !== round + 1 || answered !== 1_000 || different !== 1) problem ??= `${calls} calls, ${answered} answers`;
  }
  return {
    measure: "1,000 cold requests, last answer / upstream time",
    runtime: server.runtime,
    figures: `${last.length} keys, 1 upstream call each, last answer after ${last.map(shown).join(", ")} ms`,
    value: spreadOf(last.map((ms) => ms / upstreamMs)),
    target: "≤ 1.3",
    problem,
  };
}

/** Ten keys of a hundred requests each. */
export async function tenKeys(server: RunningServer, upstream: RunningServer): Promise<Row> {
  const path = (index: number) =>
    `${accountsPath}/${account(rounds)}/identity?audience=https://cold-${index % 10}.example.com`;
  const before = await callsOf(upstream, "cold");
  const { lastMs, answered, different } = await storm(server, path);
  const calls = (await callsOf(upstream, "cold")) - before;
  return {
    measure: "10 audiences × 100 cold requests, upstream calls",
    runtime: server.runtime,
    figures: `${answered} answers, last after ${shown(lastMs)} ms`,
    value: only(calls),
    unit: "calls",
    target: "= 10",
    problem: calls === 10 && answered === 1_000 && different === 10 ? undefined : `${calls} calls, ${answered} answers`,
  };
}

async function storm(
  { origin }: RunningServer,
  path: (index: number) => string,
): Promise<{ lastMs: number; answered: number; different: number }> {
  const sockets = await Sockets.open(origin, 1_000);
  const started = performance.now();
  const answers = (await Promise.all(sockets.send(path))).filter((answer) => answer?.status === 200);
  sockets.close();
  const bodies = answers.map((answer) => answer?.body.replace(/"expires_in":\d+/, ""));
  const lastMs = Math.max(...answers.map((answer) => answer?.at ?? 0)) - started;
  return { lastMs, answered: answers.length, different: new Set(bodies).size };
}
