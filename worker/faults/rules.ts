/**
 * The fault rules in force: which one strikes a request. What it then does to the answer is the server's business.
 *
 * @module
 */
import { createSteadyTime } from "../lib/steady.ts";
import type { Clock } from "../platform.ts";
import { createGlob } from "./glob.ts";
import type { FaultRule } from "./rule.ts";

/** Rules beyond this many are refused: each request is compared with all of them. */
export const maxRules = 1_000;
/** What the answers of all rules may hold together, in characters. */
export const maxRuleBodies = 8 * 1024 * 1024;

/** A rule at work: it counts the requests that it has seen. */
class ActiveRule {
  readonly rule: FaultRule;
  readonly #concerns: (path: string) => boolean;
  readonly #random: () => number;
  #seen = 0;
  #struck = 0;
  readonly #times: number;

  constructor(rule: FaultRule, random: () => number) {
    this.rule = rule;
    this.#concerns = createGlob(rule.path);
    this.#random = rule.seed === undefined ? random : seeded(rule.seed);
    this.#times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
  }

  get spent(): boolean {
    return this.#struck >= this.#times;
  }

  /** How often it has struck. */
  get struck(): number {
    return this.#struck;
  }

  /** Counts a request. Returns whether the rule strikes it. */
  strikes(method: string, path: string): boolean {
    const { nth = 1, method: wanted, probability = 1 } = this.rule;
    if (this.spent || (wanted !== undefined && wanted !== method) || !this.#concerns(path)) return false;
    this.#seen++;
    if (this.#seen < nth || (probability < 1 && this.#random() >= probability)) return false;
    this.#struck++;
    return true;
  }
}

export class FaultRules {
  readonly #now: () => number;
  readonly #random: () => number;
  #rules: readonly ActiveRule[] = [];
  #suspendedUntil = 0;

  constructor(clock: Clock, random: () => number) {
    this.#now = createSteadyTime(clock);
    this.#random = random;
  }

  /** The rules that may still strike, in the order in which they are tried. */
  get list(): readonly FaultRule[] {
    return this.#rules.filter(({ spent }) => !spent).map(({ rule }) => rule);
  }

  /** The same rules, each with how often it has struck. */
  get tally(): readonly { readonly rule: FaultRule; readonly struck: number }[] {
    return this.#rules.filter(({ spent }) => !spent).map(({ rule, struck }) => ({ rule, struck }));
  }

  /** Whether any request can be concerned at the moment. */
  get active(): boolean {
    return this.#rules.length > 0 || this.#suspendedUntil > 0;
  }

  /** Puts rules in force instead of those that were; their counts start anew. */
  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => new ActiveRule(rule, this.#random));
  }

  /** Puts a rule in force behind those that are. */
  add(rule: FaultRule): void {
    this.#rules = [...this.#rules, new ActiveRule(rule, this.#random)];
  }

  /**
   * Metadata requests are answered 503 for `ms` milliseconds, as while a machine migrates (mds-behaviour.md 3.3). A pause
   * that is under way already is never shortened.
   */
  suspend(ms: number): void {
    this.#suspendedUntil = Math.max(this.#suspendedUntil, this.#now() + ms);
  }

  /** Whether the machine migrates just now. */
  get suspended(): boolean {
    if (this.#suspendedUntil > 0 && this.#now() >= this.#suspendedUntil) this.#suspendedUntil = 0;
    return this.#suspendedUntil > 0;
  }

  /** Counts a request with every rule up to the first that strikes it, and returns that one. */
  strike(method: string, path: string): FaultRule | undefined {
    const struck = this.#rules.find((rule) => rule.strikes(method, path));
    if (struck?.spent === true) this.#rules = this.#rules.filter(({ spent }) => !spent);
    return struck?.rule;
  }
}

/** The generator "mulberry32": small, and the same on every runtime. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
