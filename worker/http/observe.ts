/**
 * What surrounds every request: fault rules have their hand in its answer, and the journal is told. Costs nothing when
 * there are no rules and nobody keeps a journal. The control API itself is never concerned, so that no rule can lock its
 * author out.
 *
 * @module
 */
import { describeFault } from "../faults/describe.ts";
import type { FaultRule } from "../faults/rule.ts";
import type { FaultRules } from "../faults/rules.ts";
import type { Clock } from "../platform.ts";
import type { Journal } from "../telemetry/journal.ts";
import { TokenError } from "../tokens/types.ts";
import type { Call } from "./call.ts";
import { errorReply } from "./errors.ts";
import { type Answer, type Reply, reply } from "./reply.ts";
import type { Style } from "./style.ts";

type Route = (call: Call) => Answer;

export interface Observation {
  readonly clock: Clock;
  /** Milliseconds with fractions, from any origin. */
  readonly precise: () => number;
  readonly faults: FaultRules;
  readonly journal: Journal;
  readonly style: Style;
  /** Who is not let in gets the guard's answer, whatever the rules say. */
  readonly guard: (call: Call) => Reply | undefined;
}

/** Returns `route` with faults and journal around it. */
export function observed(route: Route, { clock, faults, guard, journal, precise, style }: Observation): Route {
  return (call) => {
    if ((!faults.active && !journal.wanted) || call.path.startsWith("/emulator/")) return route(call);
    return watched(call);
  };

  async function watched(call: Call): Promise<Reply> {
    const started = clock.now();
    const from = precise();
    const answer = faults.active && guard(call) === undefined ? await faulted(call) : await route(call);
    if (journal.wanted) {
      const { fault, status } = answer;
      const { cache } = call.trace;
      const entry = {
        time: new Date(started).toISOString(),
        method: call.method,
        path: call.target,
        status,
        ms: Math.round((precise() - from) * 100) / 100,
        client: call.client,
        ...(fault === undefined ? {} : { fault }),
        ...(cache === undefined ? {} : { cache }),
      };
      journal.add(entry, { headers: call.headers(), answer });
    }
    return answer;
  }

  /** Answers a call by the first rule that strikes it, or by `route`. */
  async function faulted(call: Call): Promise<Reply> {
    if (faults.suspended && call.path.startsWith("/computeMetadata/v1/"))
      return noted(
        style.error(503, "The metadata server is not available at the moment. Try again."),
        "live migration",
      );
    const rule = faults.strike(call.method, call.path);
    if (rule === undefined) return route(call);
    if (rule.delayMs !== undefined && rule.delayMs > 0) await pause(clock, rule.delayMs, call.signal);
    const note = describeFault(rule);
    if (rule.drop === true)
      return { ...noted(style.error(503, "A fault rule drops this connection."), note), broken: "drop" };
    const answer = madeUp(rule, style) ?? shortened(await route(call), rule, style);
    return { ...noted(answer, note), ...(rule.truncate === true ? { broken: "truncate" as const } : {}) };
  }
}

const noted = (answer: Reply, fault: string): Reply => ({ ...answer, fault });

/** The answer that stands in for the real one, if the rule has any. */
function madeUp(rule: FaultRule, style: Style): Reply | undefined {
  if (rule.upstream !== undefined) return errorReply(upstreamError(rule.upstream), style);
  const { body, status } = rule;
  if (body === undefined) return status === undefined ? undefined : style.error(status, "A fault rule asked for this.");
  return reply(style.server, status ?? 200, /^\s*[{[]/.test(body) ? "application/json" : "text/html", body);
}

function upstreamError(upstream: number | "reset" | "timeout"): TokenError {
  const message = "Cannot get a token: a fault rule makes its source fail";
  if (typeof upstream !== "number") return new TokenError("unavailable", "credential", `${message} (${upstream})`);
  return new TokenError(upstream >= 500 ? "unavailable" : "rejected", "credential", `${message} (${upstream})`, {
    status: upstream,
  });
}

/** An access token with at most so many seconds left. */
function shortened(answer: Reply, { tokenLifetime }: FaultRule, style: Style): Reply {
  const { body, status } = answer;
  if (tokenLifetime === undefined || status !== 200 || typeof body !== "string") return answer;
  if (!body.startsWith('{"access_token":')) return answer;
  const seconds = (_: string, left: string) => `"expires_in":${Math.min(Number(left), tokenLifetime)}`;
  return reply(style.server, 200, "application/json", body.replace(/"expires_in":(\d+)/, seconds));
}

/** A client that goes away ends the pause. */
function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.timer(ms, end);
    signal?.addEventListener("abort", end, { once: true });
  });
}
