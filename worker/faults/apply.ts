/**
 * Does what the rules say to the answers of metadata requests: instead of the real answer, before it, or to it. The
 * control API is never concerned, so that no rule can lock its author out.
 *
 * @module
 */
import type { Call } from "../http/call.ts";
import { errorReply } from "../http/errors.ts";
import { type Reply, reply } from "../http/reply.ts";
import type { Style } from "../http/style.ts";
import { type Json, stringifyJson } from "../lib/json.ts";
import type { Clock } from "../platform.ts";
import { TokenError } from "../tokens/types.ts";
import { ActiveRule, type FaultRule } from "./rules.ts";

type Route = (call: Call) => Promise<Reply>;

export interface FaultsOptions {
  readonly clock: Clock;
  /** For rules with a probability and no seed. */
  readonly random: () => number;
}

/** The rules in force. */
export class Faults {
  readonly #options: FaultsOptions;
  #rules: readonly ActiveRule[] = [];
  #suspendedUntil = 0;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  /** The rules that may still strike, in the order in which they are tried. */
  get rules(): readonly FaultRule[] {
    return this.#rules.filter(({ spent }) => !spent).map(({ rule }) => rule);
  }

  /** Whether any request can be concerned at the moment. */
  get active(): boolean {
    return this.#rules.length > 0 || this.suspended;
  }

  get suspended(): boolean {
    return this.#suspendedUntil > 0 && this.#options.clock.now() < this.#suspendedUntil;
  }

  /** Puts rules in force instead of those that were; their counts start anew. */
  replace(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => new ActiveRule(rule, this.#options.random));
  }

  /** Puts rules in force behind those that are. */
  add(rules: readonly FaultRule[]): void {
    this.#rules = [...this.#rules, ...rules.map((rule) => new ActiveRule(rule, this.#options.random))];
  }

  /** Metadata requests are answered 503 for `ms` milliseconds, as while a machine migrates (mds-behaviour.md 3.3). */
  suspend(ms: number): void {
    this.#suspendedUntil = this.#options.clock.now() + ms;
  }

  /** Answers a call by the first rule that strikes it, or by `route`. */
  async around(call: Call, route: Route, style: Style): Promise<Reply> {
    if (!this.active || call.path.startsWith("/emulator/")) return route(call);
    if (this.suspended && call.path.startsWith("/computeMetadata/v1/")) {
      return noted(style.error(503, "The metadata server is not available at the moment. Try again."), "live migration");
    }
    const rule = this.#rules.find((candidate) => candidate.strikes(call.method, call.path))?.rule;
    if (rule === undefined) return route(call);
    if (this.#rules.some(({ spent }) => spent)) this.#rules = this.#rules.filter(({ spent }) => !spent);
    return this.#struck(call, rule, route, style);
  }

  async #struck(call: Call, rule: FaultRule, route: Route, style: Style): Promise<Reply> {
    if (rule.delayMs !== undefined && rule.delayMs > 0) await pause(this.#options.clock, rule.delayMs, call.signal);
    const note = describe(rule);
    if (rule.drop === true) return { ...noted(style.error(503, "Dropped."), note), broken: "drop" };
    const answer = made(rule, style) ?? (await route(rule.tokenLifetime === undefined ? call : call.withTokenLifetime(rule.tokenLifetime)));
    return { ...noted(answer, note), ...(rule.truncate === true ? { broken: "truncate" as const } : {}) };
  }
}

/** The answer that stands in for the real one, if the rule has any. */
function made(rule: FaultRule, style: Style): Reply | undefined {
  if (rule.upstream !== undefined) return errorReply(upstreamError(rule.upstream), style);
  const { body, status = body === undefined ? undefined : 200 } = rule;
  if (status === undefined) return undefined;
  if (body === undefined) return style.error(status, "This answer is a fault that a rule injected.");
  return typeof body === "string" ? reply(style.server, status, typeOf(body), body) : reply(style.server, status, "application/json", stringifyJson(body as Json));
}

const typeOf = (body: string) => (/^\s*[{[]/.test(body) ? "application/json" : "text/html; charset=UTF-8");

function upstreamError(upstream: number | "reset" | "timeout"): TokenError {
  const failed = "Cannot get a token: a rule injected a failure of the source";
  if (typeof upstream !== "number") return new TokenError("unavailable", "credential", `${failed} (${upstream})`);
  return new TokenError(upstream >= 500 ? "unavailable" : "rejected", "credential", `${failed} (status ${upstream})`, { status: upstream });
}

function noted(answer: Reply, fault: string): Reply {
  return { ...answer, fault };
}

/** What the journal says of a rule: what it does, and where it came from by its glob. */
function describe({ path, status, delayMs, drop, truncate, tokenLifetime, upstream }: FaultRule): string {
  const words = [
    ...(delayMs === undefined ? [] : [`delay ${delayMs} ms`]),
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(drop === true ? ["drop"] : []),
    ...(truncate === true ? ["truncate"] : []),
    ...(tokenLifetime === undefined ? [] : [`token lifetime ${tokenLifetime} s`]),
    ...(upstream === undefined ? [] : [`upstream ${upstream}`]),
  ];
  return `${words.length === 0 ? "body" : words.join(", ")} (${path})`;
}

/** A client that goes away ends the pause: its rule has done what it could. */
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
