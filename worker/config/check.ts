/**
 * Checks one value against a schema, for everything that has the shape of configuration and may also come at run time:
 * fault rules, events, scenarios.
 *
 * @module
 */
import type * as v from "valibot";
import { ConfigurationError } from "../lib/errors.ts";
import type { Json } from "../lib/json.ts";
import { checkAll } from "./issues.ts";
import type { Described } from "./schema.ts";
import { problemsOf } from "./wording.ts";

/**
 * Returns `value` as `schema` reads it. Throws a `ConfigurationError` with every problem below `at`, the nearest known
 * name with an unknown one, and never a value.
 */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown, at: string): v.InferOutput<S> {
  const result = checkAll(schema, value as Json);
  if ("output" in result) return result.output;
  const problems = problemsOf(result.issues, (path) =>
    path.length === 0 ? keysOf(schema as unknown as Described) : [],
  );
  throw new ConfigurationError(problems.map((problem) => ({ ...problem, at: below(at, problem.at) })));
}

function keysOf(schema: Described): readonly string[] {
  return Object.keys((schema.pipe?.[0] ?? schema).entries ?? {});
}

function below(parent: string, path: string): string {
  if (parent === "" || path === "") return `${parent}${path}`;
  return path.startsWith("[") ? `${parent}${path}` : `${parent}.${path}`;
}
