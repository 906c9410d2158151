/**
 * The form of a credential source, and how most are made: a schema for the configuration and a maker. One file a source,
 * one line in `sources/index.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { SourceDeps, TokenSource } from "../types.ts";

/** A kind of source, its configuration's type hidden: what the table of `index.ts` holds. */
export interface SourceModule {
  /** Builds the source. Throws a `ConfigurationError` that names the configuration's origin and every wrong field. */
  build(config: JsonObject, deps: SourceDeps): TokenSource | Promise<TokenSource>;
}

interface Definition<Schema extends v.GenericSchema> {
  /** Loose for files that Google writes (they gain fields), strict for the types that only this project has. */
  readonly schema: Schema;
  /** Builds the source. Throws a `ConfigurationError` for what the schema cannot see (a broken PEM, a missing file). */
  create(config: v.InferOutput<Schema>, deps: SourceDeps): TokenSource | Promise<TokenSource>;
}

/** Ties a schema to the maker that takes its output. */
export function defineSource<Schema extends v.GenericSchema>({ create, schema }: Definition<Schema>): SourceModule {
  return {
    build(config, deps) {
      const checked = v.safeParse(schema, config);
      if (checked.success) return create(checked.output, deps);
      const at = `Cannot use ${deps.origin}`;
      throw new ConfigurationError(checked.issues.map((issue) => ({ at, message: problemOf(issue) })));
    },
  };
}

/** Words an issue without the value: it may be a secret in the wrong place. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "";
  if (issue.kind === "schema" && issue.expected === "never") return `${path}: unknown field`;
  if (issue.input === undefined) return `${path}: missing`;
  if (issue.kind === "schema" && issue.type !== "union")
    return `${path}: must be ${issue.expected ?? "something else"}`;
  return `${path}: ${issue.message}`;
}
