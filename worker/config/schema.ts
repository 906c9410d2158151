/**
 * The configuration file as one schema; its type is inferred from it. What only a closer look can tell (shapes that the
 * tree cannot hold, unknown bases) is left to `metadata.ts` and `accounts.ts`, and a source's own fields to its source.
 *
 * @module
 */
import * as v from "valibot";
import { scenarioSchema } from "../events/scenario.ts";
import { faultRulesSchema } from "../faults/rule.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { osLoginSchema } from "../oslogin/schema.ts";
import { serviceEntries } from "./service-schema.ts";
import { PRESETS } from "./settings.ts";

const text = v.pipe(v.string(), v.trim(), v.nonEmpty("Must not be empty"));

/** Kept as it was read: valibot's own objects drop keys such as `constructor`, which are ordinary names in the tree. */
const anyObject = (description: string) =>
  v.pipe(
    v.custom<JsonObject>(isObject, "Must be an object"),
    v.description(description),
    v.metadata({ jsonSchema: { type: "object" } }),
  );

const source = v.pipe(
  v.custom<JsonObject>(
    (value) => isObject(value) && typeof value.type === "string" && value.type !== "",
    'Must be an object with a "type", e.g. {"type":"service_account", ...} or {"type":"local"}',
  ),
  v.description("Where tokens come from: the content of a credential file, or one of this project's own types"),
  v.metadata({
    jsonSchema: { type: "object", required: ["type"], properties: { type: { type: "string", minLength: 1 } } },
  }),
);

const account = v.pipe(
  v.strictObject({
    email: v.optional(v.pipe(text, v.description("E-mail that the tree shows"))),
    scopes: v.optional(v.pipe(v.array(text), v.description("OAuth scopes of the account"))),
    aliases: v.optional(v.pipe(v.array(text), v.description('Further names beside the key; "default" needs none'))),
    source: v.optional(source),
  }),
  v.description("One service account"),
);

/** What one machine is made of: the whole file, or a member of `instances`. */
const world = {
  preset: v.optional(v.pipe(v.picklist(PRESETS), v.description("Which metadata server is imitated"))),
  metadata: v.optional(anyObject("The tree, as /computeMetadata/v1/?recursive=true prints it")),
  accounts: v.optional(v.pipe(v.record(text, account), v.description("Service accounts by name or e-mail"))),
  issuer: v.optional(v.pipe(text, v.description("Issuer URL of the local issuer's ID tokens"))),
  oslogin: v.optional(osLoginSchema),
  faults: v.optional(v.pipe(faultRulesSchema, v.description("Faults that are injected from the start on"))),
  scenario: v.optional(v.pipe(scenarioSchema, v.description("What happens at which time after the start"))),
};

/** Schema of the configuration file. */
export const configurationSchema = v.strictObject({
  $schema: v.optional(v.pipe(v.string(), v.description("For editors"))),
  ...world,
  allowedHosts: v.optional(v.pipe(v.array(text), v.description("Further accepted Host names, without port"))),
  ...serviceEntries(world),
});

export type Configuration = v.InferOutput<typeof configurationSchema>;
export type WorldConfiguration = NonNullable<Configuration["instances"]>[string];
export type AccountConfiguration = NonNullable<Configuration["accounts"]>[string];

/** The parts of a schema that say how it is made; valibot's own types are generic over what is not needed for that. */
export interface Described {
  readonly type: string;
  readonly pipe?: readonly Described[];
  readonly entries?: Readonly<Record<string, Described>>;
  readonly wrapped?: Described;
  readonly item?: Described;
  readonly value?: Described;
  readonly options?: readonly unknown[];
  readonly requirement?: unknown;
  readonly literal?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Returns the names that the object at `path` may have; none where anything goes. */
export function knownKeysAt(path: readonly (string | number)[]): readonly string[] {
  let schema: Described | undefined = configurationSchema as Described;
  for (const key of path) {
    while (schema?.wrapped !== undefined) schema = schema.wrapped;
    schema = schema?.entries?.[key] ?? schema?.item ?? schema?.value;
  }
  while (schema?.wrapped !== undefined) schema = schema.wrapped;
  return Object.keys(schema?.entries ?? {});
}
