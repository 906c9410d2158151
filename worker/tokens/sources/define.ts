/**
 * The form of a credential source: a schema for its configuration and a maker. One file a source, one line in
 * `sources/index.ts`.
 *
 * @module
 */
import type * as v from "valibot";
import type { SourceDeps, TokenSource } from "../types.ts";

/** A source's configuration (a credential file's object, or an inline `source`) and how to build it. */
export interface SourceModule<Schema extends v.GenericSchema> {
  /** Loose for files that Google writes (they gain fields), strict for the types that only this project has. */
  readonly schema: Schema;
  /** Builds the source. Throws a `ConfigurationError` for what the schema cannot see (a broken PEM, a missing file). */
  create(config: v.InferOutput<Schema>, deps: SourceDeps): TokenSource | Promise<TokenSource>;
}

/** Returns `module` as it is; gives the maker's argument its type. */
export function defineSource<Schema extends v.GenericSchema>(module: SourceModule<Schema>): SourceModule<Schema> {
  return module;
}
