/**
 * The configuration file's JSON Schema, made from the schema that checks it, so that the two cannot drift. Knows only the
 * kinds of valibot schema that `schema.ts` uses and refuses any other.
 *
 * @module
 */
import type * as v from "valibot";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { configurationSchema, type Described } from "./schema.ts";

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

/** Returns the JSON Schema of what `schema` takes. */
export function jsonSchemaOf(schema: v.GenericSchema): JsonObject {
  return convert(schema);
}

function convert(schema: v.GenericSchema | Described): JsonObject {
  const described = schema as Described;
  if (described.pipe === undefined) return kind(described);
  const [first, ...actions] = described.pipe;
  return Object.assign({}, first === undefined ? {} : convert(first), ...actions.map(action));
}

function action(described: Described): JsonObject {
  const given = described.metadata?.jsonSchema;
  switch (described.type) {
    case "description":
      return { description: described.description ?? "" };
    case "metadata":
      return isObject(given) ? given : {};
    case "non_empty":
      return { minLength: 1 };
    case "min_value":
      return { minimum: Number(described.requirement) };
    case "max_value":
      return { maximum: Number(described.requirement) };
    case "max_length":
      return { maxLength: Number(described.requirement) };
    case "integer":
      return { type: "integer" };
    case "regex":
      return described.requirement instanceof RegExp ? { pattern: described.requirement.source } : {};
    case "trim":
    case "to_upper_case":
    case "check":
    case "transform":
      return {};
    default:
      throw new TypeError(`Cannot describe "${described.type}" of the configuration's schema`);
  }
}

function kind(described: Described): JsonObject {
  switch (described.type) {
    case "custom":
      return {};
    case "string":
    case "boolean":
    case "number":
      return { type: described.type };
    case "bigint":
      return { type: "integer" };
    case "literal":
      return { const: described.literal ?? null };
    case "picklist":
      return { enum: (described.options ?? []) as readonly string[] };
    case "union":
      return { anyOf: ((described.options ?? []) as readonly Described[]).map(convert) };
    case "array":
      return { type: "array", items: inner(described.item) };
    case "record":
      return { type: "object", additionalProperties: inner(described.value) };
    case "optional":
      return inner(described.wrapped);
    case "strict_object":
      return objectOf(described.entries ?? {});
    default:
      throw new TypeError(`Cannot describe a schema of kind "${described.type}"`);
  }
}

function inner(described: Described | undefined): JsonObject {
  return described === undefined ? {} : convert(described);
}

function objectOf(entries: Readonly<Record<string, Described>>): JsonObject {
  const properties: Record<string, Json> = {};
  for (const [name, entry] of Object.entries(entries)) properties[name] = convert(entry);
  const required = Object.keys(entries).filter((name) => entries[name]?.type !== "optional");
  return { type: "object", properties, ...(required.length === 0 ? {} : { required }), additionalProperties: false };
}
