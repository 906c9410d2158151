/**
 * The configuration file's JSON Schema, made from the schema that checks it, so that the two cannot drift. Knows only the
 * kinds of valibot schema that `schema.ts` uses and refuses any other.
 *
 * @module
 */
import type * as v from "valibot";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { configurationSchema } from "./schema.ts";

/**
 * Returns the published JSON Schema (draft 2020-12). The incumbent's file and a
 * bare dump of the tree are accepted too, and not described.
 */
export function configurationJsonSchema(): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of gce-metadata-emulator",
    ...convert(configurationSchema),
  };
}

/** What `convert` looks at; valibot's own types are generic over what is not needed here. */
interface Described {
  readonly type: string;
  readonly pipe?: readonly Described[];
  readonly entries?: Readonly<Record<string, Described>>;
  readonly wrapped?: Described;
  readonly item?: Described;
  readonly value?: Described;
  readonly options?: readonly string[];
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function convert(schema: v.GenericSchema | Described): JsonObject {
  const described = schema as Described;
  if (described.pipe === undefined) return kind(described);
  const [first, ...actions] = described.pipe;
  const parts = actions.map(action);
  return Object.assign({}, first === undefined ? {} : convert(first), ...parts);
}

function action(described: Described): JsonObject {
  if (described.type === "description") return { description: described.description ?? "" };
  if (described.type === "non_empty") return { minLength: 1 };
  const given = described.metadata?.jsonSchema;
  if (described.type === "metadata" && isObject(given)) return given;
  // Refinements of an inner pipe, e.g. `v.pipe(text, ...)`, and changes that a schema does not show.
  return described.type === "trim" ? {} : convert(described);
}

function kind(described: Described): JsonObject {
  switch (described.type) {
    case "custom":
      return {};
    case "string":
      return { type: "string" };
    case "picklist":
      return { enum: [...(described.options ?? [])] };
    case "array":
      return { type: "array", items: inner(described.item) };
    case "record":
      return { type: "object", additionalProperties: inner(described.value) };
    case "optional":
      return inner(described.wrapped);
    case "strict_object":
      return { type: "object", properties: properties(described.entries ?? {}), additionalProperties: false };
    default:
      throw new TypeError(`Cannot describe a schema of kind "${described.type}"`);
  }
}

function inner(described: Described | undefined): JsonObject {
  return described === undefined ? {} : convert(described);
}

/** Every member of the configuration is optional, so there is no `required`. */
function properties(entries: Readonly<Record<string, Described>>): JsonObject {
  const members: Record<string, Json> = {};
  for (const [name, entry] of Object.entries(entries)) members[name] = convert(entry);
  return members;
}
