/**
 * The effective configuration: each value with the layer that gave it, flag before variable before file before default.
 *
 * @module
 */

import type { Environment, FlagValues } from "../../config/flag-values.ts";
import { memberOf } from "../../config/metadata.ts";
import type { Settings } from "../../config/settings.ts";
import { given } from "../../config/values.ts";
import { isObject, type Json, type JsonObject } from "../../lib/json.ts";
import { valueAt } from "../../metadata/document.ts";
import { canonical, type FlagName } from "./flag-table.ts";
import { masked, maskSource } from "./mask.ts";

/** A value and where it came from: a flag, a variable, `configuration`, the credential, or `default`. */
export interface Effective {
  readonly value: Json;
  readonly from: string;
}

export interface EffectiveInputs {
  readonly flags: FlagValues;
  readonly env: Environment;
  readonly settings: Settings;
  /** The tree as it is served. */
  readonly document: JsonObject;
  /** The configuration file's object; `{}` without one. */
  readonly configuration: JsonObject;
}

interface Row {
  readonly flag: FlagName;
  readonly variables?: readonly string[];
  /** Where the configuration has it. */
  readonly path?: readonly string[];
  value(inputs: EffectiveInputs): Json | undefined;
}

const shown =
  (...path: string[]) =>
  (inputs: EffectiveInputs) =>
    valueAt(inputs.document, path);

const rows: readonly Row[] = [
  { flag: "preset", variables: ["METADATA_PRESET"], path: ["preset"], value: ({ settings }) => settings.preset },
  { flag: "port", value: ({ flags }) => flags.port ?? 8080 },
  { flag: "host", value: ({ flags }) => flags.host ?? "127.0.0.1" },
  { flag: "unixSocket", value: ({ flags }) => flags.unixSocket },
  { flag: "metadataDir", value: ({ flags }) => flags.metadataDir },
  {
    flag: "projectId",
    variables: ["GOOGLE_PROJECT_ID"],
    path: ["metadata", "project", "projectId"],
    value: shown("project", "project-id"),
  },
  {
    flag: "numericProjectId",
    variables: ["GOOGLE_NUMERIC_PROJECT_ID"],
    path: ["metadata", "project", "numericProjectId"],
    value: shown("project", "numeric-project-id"),
  },
  {
    flag: "zone",
    variables: ["GOOGLE_ZONE"],
    path: ["metadata", "instance", "zone"],
    value: shown("instance", "zone"),
  },
  {
    flag: "instanceId",
    variables: ["GOOGLE_INSTANCE_ID"],
    path: ["metadata", "instance", "id"],
    value: shown("instance", "id"),
  },
  {
    flag: "instanceName",
    variables: ["GOOGLE_INSTANCE_NAME"],
    path: ["metadata", "instance", "name"],
    value: shown("instance", "name"),
  },
  {
    flag: "allowHost",
    variables: ["METADATA_ALLOWED_HOSTS"],
    path: ["allowedHosts"],
    value: ({ settings }) => settings.allowedHosts,
  },
  {
    flag: "controlToken",
    variables: ["METADATA_CONTROL_TOKEN"],
    value: ({ settings }) => (settings.controlToken === undefined ? undefined : masked),
  },
  {
    flag: "secretPath",
    variables: ["METADATA_SECRET_PATH"],
    value: ({ settings }) => (settings.secretPath === undefined ? undefined : masked),
  },
  { flag: "openMetrics", variables: ["METADATA_OPEN_METRICS"], value: ({ settings }) => settings.openMetrics },
  { flag: "state", value: ({ flags }) => flags.state },
  { flag: "logLevel", variables: ["LOG_LEVEL"], value: ({ settings }) => settings.logLevel },
  { flag: "logFormat", variables: ["LOG_FORMAT"], value: ({ settings }) => settings.logFormat },
];

/** Returns the values by the names of their flags, in the order of the help text; what nobody gave and has no default is left out. */
export function effectiveValues(inputs: EffectiveInputs): Readonly<Record<string, Effective>> {
  const found = rows.flatMap((row): [string, Effective][] => {
    const value = row.value(inputs);
    return value === undefined ? [] : [[canonical(row.flag).slice(2), { value, from: originOf(row, inputs) }]];
  });
  return Object.fromEntries(found);
}

/** Returns the accounts: e-mail and scopes as the tree shows them, the source without its secrets. */
export function effectiveAccounts({ document, settings }: EffectiveInputs): JsonObject {
  const accounts = Object.entries(settings.accounts).map(([name, { email, origin, source }]): [string, Json] => {
    const entry =
      valueAt(document, ["instance", "service-accounts", email ?? name]) ??
      valueAt(document, ["instance", "service-accounts", name]);
    const tree = isObject(entry) ? entry : {};
    return [
      name,
      { email: email ?? tree.email ?? "", scopes: tree.scopes ?? [], source: maskSource(source), from: origin },
    ];
  });
  return Object.fromEntries(accounts);
}

function originOf(
  { flag, path, variables = [] }: Row,
  { configuration, env, flags, settings }: EffectiveInputs,
): string {
  if (flags[flag] !== undefined) return canonical(flag);
  const variable = given("", undefined, env, ...variables);
  if (variable !== undefined) return variable.at;
  if (path !== undefined && pathIn(configuration, path)) return `configuration: ${path.join(".")}`;
  const { origin, source } = settings.accounts.default ?? {};
  if (flag === "projectId" && typeof source?.project_id === "string") return origin ?? "the credential";
  return "default";
}

function pathIn(configuration: JsonObject, path: readonly string[]): boolean {
  let value: Json | undefined = configuration;
  for (const name of path) value = isObject(value) ? memberOf(value, name) : undefined;
  return value !== undefined;
}
