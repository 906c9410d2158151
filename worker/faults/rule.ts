/**
 * What a fault rule may say: which requests, how often, and what goes wrong. The same for the configuration, the control
 * API and scenarios.
 *
 * @module
 */
import * as v from "valibot";

const maxDelayMs = 10 * 60_000;

const whole = (least: number, message: string) =>
  v.pipe(v.number(), v.integer("Must be a whole number"), v.minValue(least, message));
const about = <S extends v.GenericSchema>(schema: S, description: string) => v.pipe(schema, v.description(description));

const statusSchema = v.pipe(
  v.number(),
  v.integer("Must be a status from 200 to 599"),
  v.minValue(200, "Must be a status from 200 to 599"),
  v.maxValue(599, "Must be a status from 200 to 599"),
);

const upstreamSchema = v.pipe(
  v.custom<number | "reset" | "timeout">(
    (value) =>
      value === "reset" ||
      value === "timeout" ||
      (Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599),
    'Must be a status from 400 to 599, "reset" or "timeout"',
  ),
  v.metadata({ jsonSchema: { anyOf: [{ type: "integer" }, { enum: ["reset", "timeout"] }] } }),
);

/** A rule names one of these at least. */
export const effects = ["status", "delayMs", "body", "drop", "truncate", "tokenLifetime", "upstream"] as const;

/** Schema of one rule. */
export const faultRuleSchema = v.pipe(
  v.strictObject({
    path: about(
      v.pipe(v.string(), v.nonEmpty("Must not be empty"), v.maxLength(1_000, "Must have at most 1000 characters")),
      "Glob over the path of a request: * within a segment, ** over segments, ? one character",
    ),
    method: v.optional(about(v.pipe(v.string(), v.toUpperCase()), "Only requests of this method")),
    nth: v.optional(about(whole(1, "Must be 1 or more"), "The first matching request that it strikes, from 1")),
    times: v.optional(about(whole(1, "Must be 1 or more"), "How often it strikes; default without end, once with nth")),
    probability: v.optional(
      about(
        v.pipe(v.number(), v.minValue(0, "Must be from 0 to 1"), v.maxValue(1, "Must be from 0 to 1")),
        "Share of the matching requests that it strikes",
      ),
    ),
    seed: v.optional(about(v.pipe(v.number(), v.integer("Must be a whole number")), "Makes probability repeatable")),
    status: v.optional(about(statusSchema, "Status of the answer")),
    delayMs: v.optional(
      about(
        v.pipe(v.number(), v.minValue(0, "Must be 0 or more"), v.maxValue(maxDelayMs, `Must be at most ${maxDelayMs}`)),
        "Milliseconds before anything is answered",
      ),
    ),
    body: v.optional(about(v.string(), "Body of the answer; alone it comes with status 200")),
    drop: v.optional(about(v.boolean(), "The connection breaks instead of an answer")),
    truncate: v.optional(about(v.boolean(), "The connection breaks in the middle of the body")),
    tokenLifetime: v.optional(
      about(
        v.pipe(whole(0, "Must be 0 or more"), v.maxValue(43_200, "Must be at most 43200")),
        "Access tokens show at most this many seconds of life",
      ),
    ),
    upstream: v.optional(about(upstreamSchema, "Tokens fail as if their source had: a status, reset or timeout")),
  }),
  v.check(
    (rule) => effects.some((name) => rule[name] !== undefined && rule[name] !== false),
    `Does nothing: give one of ${effects.join(", ")}`,
  ),
);

/** A checked rule. */
export type FaultRule = v.InferOutput<typeof faultRuleSchema>;

/** Schema of a list of rules. */
export const faultRulesSchema = v.array(faultRuleSchema);
