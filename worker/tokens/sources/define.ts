/**
 * The form of a credential source, and how most are made: a schema for the configuration and a maker. One file a source,
 * one line in `sources/index.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { gather } from "../../lib/problems.ts";
import type { SourceDeps, TokenSource } from "../types.ts";

/** A kind of source, its configuration's type hidden: what the table of `index.ts` holds. */
export interface SourceModule {
  /** Builds the source. Throws a `ConfigurationError` that names the configuration's origin and every wrong field. */
  build(config: JsonObject, deps: SourceDeps): TokenSource | Promise<TokenSource>;
}

interface Definition<Schema extends v.GenericSchema> {
  /** Loose for files that Google writes (they gain fields), strict for the types that only this project has. */
  readonly schema: Schema;
  /** Field of a base credential: its mistakes are told beside those of the schema. */
  readonly base?: string;
  /** Builds the source. Throws a `ConfigurationError` for what the schema cannot see (a broken PEM, a missing file). */
  create(config: v.InferOutput<Schema>, deps: SourceDeps): TokenSource | Promise<TokenSource>;
}

/** Ties a schema to the maker that takes its output. */
export function defineSource<Schema extends v.GenericSchema>(definition: Definition<Schema>): SourceModule {
  const { base = "", create, schema } = definition;
  return {
    async build(config, deps) {
      const checked = v.safeParse(schema, config);
      if (checked.success) return create(checked.output, deps);
      const at = `Cannot use ${deps.origin}`;
      const wrong = () => {
        throw new ConfigurationError(issuesOf(schema, config).map((issue) => ({ at, message: problemOf(issue) })));
      };
      const inner = config[base];
      await gather(wrong, () => (isObject(inner) ? deps.create(inner, `${deps.origin}, ${base}`) : undefined));
      return wrong();
    },
  };
}

/** Every issue: valibot tells of one unknown field only, so each is taken away until there are none. */
function issuesOf(schema: v.GenericSchema, config: JsonObject): readonly v.BaseIssue<unknown>[] {
  const { issues = [] } = v.safeParse(schema, config);
  const unknown = issues.find(isUnknown)?.path?.[0]?.key;
  if (unknown === undefined) return issues;
  const { [String(unknown)]: _, ...rest } = config;
  return [...issues, ...issuesOf(schema, rest).filter(isUnknown)];
}

function isUnknown({ expected, kind }: v.BaseIssue<unknown>): boolean {
  return kind === "schema" && expected === "never";
}

/** Words an issue without the value: it may be a secret in the wrong place. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "";
  if (isUnknown(issue)) return `${path}: unknown field`;
  if (issue.input === undefined) return `${path}: missing`;
  if (issue.kind === "schema" && issue.type !== "union")
    return `${path}: must be ${issue.expected ?? "something else"}`;
  return `${path}: ${issue.message}`;
}
