/**
 * Fault rules and scenarios as they are written in the configuration and sent to the control API.
 *
 * @module
 */
import * as v from "valibot";
import { parseDuration } from "../control/duration.ts";
import { ConfigurationError, type Problem } from "../lib/errors.ts";
import type { Json } from "../lib/json.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const ruleSchema = v.strictObject({
  /** Glob over the path; without a leading slash it is one below `/computeMetadata/v1/`. `*` stops at a slash, `**` does not. */
  path: v.optional(v.string(), "/**"),
  method: v.optional(v.string()),
  /** Only the n-th matching request. */
  nth: v.optional(count),
  /** At most so many requests. Default: all. */
  times: v.optional(count),
  /** Between 0 and 1. Default 1. */
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  /** Of the rule's own random numbers, so that a run repeats. Default 1. */
  seed: v.optional(v.pipe(v.number(), v.integer())),
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
  delayMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(600_000)), 0),
  body: v.optional(v.string()),
  /** The connection breaks instead of an answer. */
  drop: v.optional(v.boolean()),
  /** The connection breaks in the middle of the answer. */
  truncate: v.optional(v.boolean()),
  /** Tokens look as if they had at most so many seconds left. */
  tokenLifetime: v.optional(count),
  /** Minting fails as if the upstream had answered this status. */
  upstream: v.optional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))),
});

export type Rule = v.InferOutput<typeof ruleSchema>;

const duration = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((value) => parseDuration(value) !== undefined, 'must be a duration such as "30s"'),
);

const object = v.record(v.string(), v.unknown());

const stepSchema = v.strictObject({
  /** Since the start. */
  at: duration,
  event: v.optional(object),
  /** Values by path. */
  set: v.optional(object),
  delete: v.optional(v.array(v.string())),
  faults: v.optional(v.array(ruleSchema)),
});

export type ScenarioStep = v.InferOutput<typeof stepSchema>;

/** Reads fault rules: a list, or one rule. Throws a `ConfigurationError` that names every wrong field. */
export function parseRules(value: Json): Rule[] {
  return check(v.array(ruleSchema), listOf(value), "faults");
}

/** Reads a scenario: a list of steps, or one step. */
export function parseScenario(value: Json): ScenarioStep[] {
  return check(v.array(stepSchema), listOf(value), "scenario");
}

const listOf = (value: Json) => (Array.isArray(value) ? value : [value]);

function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown, name: string): v.InferOutput<Schema> {
  const checked = v.safeParse(schema, value);
  if (checked.success) return checked.output;
  throw new ConfigurationError(checked.issues.map((issue) => problemOf(issue, name)));
}

function problemOf(issue: v.BaseIssue<unknown>, name: string): Problem {
  const path = v.getDotPath(issue);
  const known = Object.keys(name === "faults" ? ruleSchema.entries : stepSchema.entries).join(", ");
  const message = issue.expected === "never" ? `unknown field; there are ${known}` : issue.message.replace(/ but received .*$/, "");
  return { at: path === null ? name : `${name}.${path}`, message };
}
