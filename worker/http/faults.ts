/**
 * What a fault does to an answer: takes its place, delays it, or changes it. Standing headers stay as they are.
 *
 * @module
 */
import type { Fault } from "../faults/rules.ts";
import type { Clock } from "../platform.ts";
import { type Reply, reply } from "./reply.ts";
import type { Style } from "./style.ts";

/** Waits as long as the fault says; returns the answer that it puts in the place of the real one, if any. */
export async function faultReply(fault: Fault, style: Style, clock: Clock): Promise<Reply | undefined> {
  if (fault.delayMs > 0) await new Promise<void>((resolve) => clock.timer(fault.delayMs, resolve));
  if (fault.drop === true) return { ...style.error(503, "A fault rule drops this connection."), broken: "drop" };
  if (fault.status === undefined && fault.body === undefined) return undefined;
  const status = fault.status ?? 200;
  if (fault.body === undefined) return style.error(status, "A fault rule asked for this answer.");
  const type = /^\s*[[{]/.test(fault.body) ? "application/json" : "text/plain";
  return reply(style.server, status, type, fault.body);
}

/** Returns `answer` as the fault leaves it. */
export function faulted(answer: Reply, fault: Fault, style: Style): Reply {
  const short = fault.tokenLifetime === undefined ? answer : withLifetime(answer, fault.tokenLifetime, style);
  return fault.truncate === true ? { ...short, broken: "truncate" } : short;
}

function withLifetime(answer: Reply, seconds: number, style: Style): Reply {
  if (answer.status !== 200 || typeof answer.body !== "string" || !answer.body.startsWith('{"access_token":')) return answer;
  const body = answer.body.replace(/"expires_in":(\d+)/, (_, left: string) => `"expires_in":${Math.min(Number(left), seconds)}`);
  return reply(style.server, 200, "application/json", body);
}
