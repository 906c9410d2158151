/**
 * Configurations of any shape are judged in finite time, whatever stands where.
 *
 * @module
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { checked } from "../../../worker/config/check.ts";
import { parseConfiguration } from "../../../worker/config/parse.ts";
import { knownKeysAt } from "../../../worker/config/schema.ts";
import { faultRuleSchema } from "../../../worker/faults/rule.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";
import { Problems } from "../../../worker/lib/problems.ts";

/** What a configuration is told; nothing if it is good. */
function told(configuration: unknown): string {
  const problems = new Problems();
  parseConfiguration(JSON.stringify(configuration), "configuration", problems);
  try {
    problems.throwIfAny();
    return "";
  } catch (error) {
    return error instanceof ConfigurationError ? error.message : String(error);
  }
}

it.each([
  [{ faults: [[null, null]] }, "faults[0].0: Unknown key"],
  [{ accounts: { main: ["a"] } }, "accounts.main.0: Unknown key"],
  [{ oslogin: [null] }, "oslogin.0: Unknown key"],
  [{ auth: [1] }, "auth.0: Unknown key"],
  [{ instances: [[1]] }, "instances.0.0: Unknown key"],
])("a list where an object belongs is told: %j", (configuration, line) => {
  expect(told(configuration)).toContain(line);
});

it("a rule that is a list is refused", () => {
  expect(() => checked(faultRuleSchema, [null, null], "")).toThrow(/path: Is missing/);
});

it("ends for any JSON below any key", () => {
  const key = fc.oneof(fc.constantFrom(...knownKeysAt([])), fc.string());
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (configuration) => {
      expect(told(configuration)).toBeTypeOf("string");
    }),
  );
});
