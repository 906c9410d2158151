/**
 * Scenarios as they are written: what happens at which time after the start.
 *
 * @module
 */
import * as v from "valibot";
import { faultRulesSchema } from "../faults/rule.ts";
import { durationSchema } from "../lib/duration.ts";
import { isObject, type JsonObject } from "../lib/json.ts";

/** Kept as it was read: valibot's own records drop keys such as `constructor`. */
const anyObject = (description: string) =>
  v.pipe(
    v.custom<JsonObject>(isObject, "Must be an object"),
    v.description(description),
    v.metadata({ jsonSchema: { type: "object" } }),
  );

const stepSchema = v.strictObject({
  at: v.pipe(durationSchema, v.description('Since the start: "30s", "1m30s", or seconds')),
  event: v.optional(anyObject("An event, as POST /emulator/v1/events takes it")),
  set: v.optional(anyObject("Values by path, as PUT /emulator/v1/metadata/PATH takes them")),
  patch: v.optional(anyObject("A JSON Merge Patch of the whole tree")),
  delete: v.optional(v.pipe(v.array(v.string()), v.description("Paths that are removed"))),
  faults: v.optional(v.pipe(faultRulesSchema, v.description("Fault rules from now on, instead of all others"))),
});

export const scenarioSchema = v.array(stepSchema);

/** A checked step; `at` is in milliseconds. Its event is checked by whoever plays it. */
export type ScenarioStep = v.InferOutput<typeof stepSchema>;
/** A step as people write it. */
export type ScenarioStepInput = v.InferInput<typeof stepSchema>;
