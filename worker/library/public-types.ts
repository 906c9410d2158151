/**
 * The types that users of the library see, in one list.
 *
 * @module
 */
export type { ScenarioStepInput } from "../events/scenario.ts";
export type { LiveEvent } from "../events/schema.ts";
export type { FaultRule } from "../faults/rule.ts";
export type { Problem } from "../lib/errors.ts";
export type { Json, JsonObject } from "../lib/json.ts";
export type { Log, LogFields, LogLevel } from "../platform.ts";
export type { JournalEntry } from "../telemetry/journal.ts";
export type {
  AccountOptions,
  ConfigurationOptions,
  Emulator,
  EmulatorOptions,
  Fetch,
  FlagOptions,
  InjectedClock,
  InjectedOptions,
  ListeningServer,
  ListenOptions,
} from "./types.ts";
