// LEAD → helper 7: see LEAD-NOTE.md in this folder; this draft is yours now.
/**
 * Rules of what goes wrong: which requests, how often, and how. Checked here; `apply.ts` does it to an answer.
 *
 * @module
 */
import * as v from "valibot";
import { checked } from "../config/check.ts";
import { isObject, type Json } from "../lib/json.ts";
import { globPattern } from "./glob.ts";

const count = v.pipe(v.number(), v.integer("Must be a whole number"), v.minValue(1, "Must be 1 or more"));
const statusCode = v.pipe(
  v.number(),
  v.integer("Must be a whole number"),
  v.minValue(200, "Must be a status from 200 to 599"),
  v.maxValue(599, "Must be a status from 200 to 599"),
);
const maxDelayMs = 10 * 60_000;

const effects = ["status", "delayMs", "body", "drop", "truncate", "tokenLifetime", "upstream"] as const;

const ruleSchema = v.pipe(
  v.strictObject({
    /** Glob over the path of a request: `*` within a segment, `**` over segments, `?` one character. */
    path: v.pipe(v.string(), v.nonEmpty("Must not be empty"), v.maxLength(1_000, "Must have at most 1000 characters")),
    /** Default: every method. */
    method: v.optional(v.pipe(v.string(), v.toUpperCase())),
    /** The first matching request that it concerns, from 1. Alone it concerns that request only. */
    nth: v.optional(count),
    /** How often it strikes. Default: without end, once with `nth`. */
    times: v.optional(count),
    /** Share of the matching requests, 0 to 1. Default 1. */
    probability: v.optional(v.pipe(v.number(), v.minValue(0, "Must be from 0 to 1"), v.maxValue(1, "Must be from 0 to 1"))),
    /** Makes `probability` repeat itself. Default: not repeatable. */
    seed: v.optional(v.pipe(v.number(), v.integer("Must be a whole number"))),
    status: v.optional(statusCode),
    delayMs: v.optional(v.pipe(v.number(), v.minValue(0, "Must be 0 or more"), v.maxValue(maxDelayMs, `Must be at most ${maxDelayMs}`))),
    /** A text, or JSON. Default: an error page. */
    body: v.optional(v.any()),
    /** The connection ends without an answer. */
    drop: v.optional(v.boolean()),
    /** The connection ends in the middle of the body. */
    truncate: v.optional(v.boolean()),
    /** Access tokens of matching requests live this many seconds at most. */
    tokenLifetime: v.optional(v.pipe(v.number(), v.integer("Must be a whole number"), v.minValue(0, "Must be 0 or more"), v.maxValue(43_200, "Must be at most 43200"))),
    /** As if the source of tokens had failed: its status, or how the call to it ended. */
    upstream: v.optional(v.union([v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)), v.picklist(["reset", "timeout"])], 'Must be a status from 400 to 599, "reset" or "timeout"')),
  }),
  v.check(
    (rule) => effects.some((name) => rule[name] !== undefined && rule[name] !== false),
    `Does nothing: give one of ${effects.join(", ")}`,
  ),
);

type Parsed = v.InferOutput<typeof ruleSchema>;

/** A checked rule. */
export type FaultRule = Omit<Parsed, "body"> & { readonly body?: Json };

/** Checks a rule or a list of rules; `at` says where it stands. Throws a `ConfigurationError`. */
export function parseFaults(value: Json, at = "faults"): readonly FaultRule[] {
  const list = isObject(value) ? [value] : value;
  return checked(v.array(v.any()), list, at).map((rule, i) => checked(ruleSchema, rule, isObject(value) ? at : `${at}[${i}]`) as FaultRule);
}

/** A rule at work: it counts the requests that it has seen. */
export class ActiveRule {
  readonly rule: FaultRule;
  readonly #pattern: RegExp;
  readonly #random: () => number;
  #seen = 0;
  #struck = 0;

  constructor(rule: FaultRule, random: () => number) {
    this.rule = rule;
    this.#pattern = globPattern(rule.path);
    this.#random = rule.seed === undefined ? random : seeded(rule.seed);
  }

  /** Whether it will never strike again. */
  get spent(): boolean {
    return this.#struck >= this.#times;
  }

  /** Counts a request. Returns whether the rule strikes it. */
  strikes(method: string, path: string): boolean {
    const { nth = 1, method: wanted, probability = 1 } = this.rule;
    if (this.spent || (wanted !== undefined && wanted !== method) || !this.#pattern.test(path)) return false;
    this.#seen++;
    if (this.#seen < nth || (probability < 1 && this.#random() >= probability)) return false;
    this.#struck++;
    return true;
  }

  get #times(): number {
    return this.rule.times ?? (this.rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
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
