/**
 * Long waits for a change, asked in slices: what stands between a relay and its service cuts connections that say nothing
 * for minutes, and so do some runtimes. The workload sees one wait.
 *
 * @module
 */
import type { Call } from "../http/call.ts";
import { createSteadyTime } from "../lib/steady.ts";
import { parseBoolean } from "../metadata/query.ts";
import type { Clock } from "../platform.ts";
import type { ServiceAnswer } from "./answer.ts";
import { sliceSeconds } from "./slice.ts";

/** Asks the service for a path and a query. */
export type Ask = (call: Call, search: string) => Promise<ServiceAnswer>;

/** Asks once, or as often as a wait has slices. */
export async function askWaiting(call: Call, ask: Ask, clock: Clock): Promise<ServiceAnswer> {
  const query = new URLSearchParams(call.search);
  const seconds = query.get("timeout_sec");
  // A time that is none is the service's to refuse.
  const isLong = seconds === null || (/^\d+$/.test(seconds) && Number(seconds) > sliceSeconds);
  if (!parseBoolean(query.get("wait_for_change")) || !isLong) return ask(call, call.search);
  const now = createSteadyTime(clock);
  const deadline = seconds === null ? Number.POSITIVE_INFINITY : now() + Number(seconds) * 1000;
  const etag = query.get("last_etag") ?? (await currentEtag(call, query, ask));
  for (;;) {
    const left = Math.ceil((deadline - now()) / 1000);
    query.set("timeout_sec", String(Math.max(0, Math.min(sliceSeconds, left))));
    if (etag !== undefined) query.set("last_etag", etag);
    const answer = await ask(call, query.toString());
    const { headers, status } = answer.reply;
    if (status !== 200 || etag === undefined || headers.ETag !== etag || now() >= deadline) return answer;
  }
}

/** What the wait starts from; `undefined` where there is nothing to wait for, which the service then says itself. */
async function currentEtag(call: Call, query: URLSearchParams, ask: Ask): Promise<string | undefined> {
  const plain = new URLSearchParams(query);
  for (const name of ["wait_for_change", "timeout_sec", "last_etag"]) plain.delete(name);
  const { reply } = await ask(call, plain.toString());
  return reply.status === 200 ? reply.headers.ETag : undefined;
}
