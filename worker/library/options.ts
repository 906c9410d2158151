/**
 * Takes the library's options apart: what is configuration, what are flags, and what stands in for the world.
 *
 * @module
 */
import type { FlagValues, SettingsInputs } from "../config/flag-values.ts";
import { suggestion } from "../config/nearest.ts";
import { configurationSchema } from "../config/schema.ts";
import { present } from "../config/values.ts";
import { systemClock } from "../lib/clock.ts";
import { ConfigurationError } from "../lib/errors.ts";
import { type Json, type JsonObject, stringifyJson } from "../lib/json.ts";
import type { Clock } from "../platform.ts";
import type { EmulatorOptions, InjectedClock } from "./types.ts";

const flagNames = [
  "serviceAccountFile",
  "impersonate",
  "delegates",
  "serviceAccountEmail",
  "projectId",
  "numericProjectId",
  "zone",
  "instanceId",
  "instanceName",
  "tokenScopes",
  "controlToken",
  "openMetrics",
  "allowHost",
] as const satisfies readonly (keyof EmulatorOptions & keyof FlagValues)[];

const others = [
  "config",
  "metadataDir",
  "credential",
  "accessToken",
  "idToken",
  "clock",
  "fetch",
  "random",
  "log",
  "env",
] as const satisfies readonly (keyof EmulatorOptions)[];

const configurationNames = Object.keys(configurationSchema.entries).filter((name) => name !== "$schema");
const known = [...configurationNames, ...flagNames, ...others];
const listening = ["port", "host", "unixSocket"];

/** Throws a `ConfigurationError` that names every option that there is not. */
export function assertKnown(options: object): void {
  const problems = Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      at: name,
      message: listening.includes(name) ? "Belongs to listen()" : `Unknown option${suggestion(name, known)}`,
    }));
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Returns what `loadSettings` reads. Throws a `ConfigurationError` for a configuration that is given twice. */
export function inputsOf(options: EmulatorOptions): SettingsInputs {
  const { accessToken, config, credential, env = {}, idToken } = options;
  const flags: FlagValues = present(Object.fromEntries(flagNames.map((name) => [name, options[name]])));
  const variables = present({
    ...env,
    GOOGLE_ACCESS_TOKEN: accessToken ?? env.GOOGLE_ACCESS_TOKEN,
    GOOGLE_ID_TOKEN: idToken ?? env.GOOGLE_ID_TOKEN,
    GOOGLE_APPLICATION_CREDENTIALS_JSON: textOf(credential) ?? env.GOOGLE_APPLICATION_CREDENTIALS_JSON,
  });
  const members = membersOf(options);
  if (config !== undefined && Object.keys(members).length > 0) {
    const names = Object.keys(members).join(", ");
    throw new ConfigurationError([
      { at: "config", message: `Give the configuration once: in "config" or by ${names}` },
    ]);
  }
  if (typeof config === "string") return { flags: { ...flags, config }, env: variables };
  return { flags, env: variables, configText: stringifyJson(config ?? members), configOrigin: "the options" };
}

function membersOf(options: EmulatorOptions): JsonObject {
  const given = options as Readonly<Record<string, Json | undefined>>;
  return present(Object.fromEntries(configurationNames.map((name) => [name, given[name]]))) as JsonObject;
}

function textOf(credential: string | object | undefined): string | undefined {
  return typeof credential === "object" ? JSON.stringify(credential) : credential;
}

/** Returns the injected clock, completed by the runtime's timers. */
export function clockOf(clock: InjectedClock | undefined): Clock {
  if (clock === undefined) return systemClock;
  const { timer } = clock;
  return {
    now: () => clock.now(),
    timer: timer === undefined ? systemClock.timer : (ms, callback) => timer.call(clock, ms, callback),
  };
}
