/**
 * Checks events, in scenarios of the configuration and as they come at run time.
 *
 * @module
 */
import type * as v from "valibot";
import type { ScenarioStep } from "../events/scenario.ts";
import { type CheckedEvent, type EventType, eventSchemas, eventTypes } from "../events/schema.ts";
import { ConfigurationError } from "../lib/errors.ts";
import { isObject } from "../lib/json.ts";
import { assertAll } from "../lib/problems.ts";
import { checked } from "./check.ts";
import { suggestion } from "./nearest.ts";

/** Returns the checked event. Throws a `ConfigurationError` that names the nearest type or member. */
export function parseEvent(value: unknown, at = "event"): CheckedEvent {
  if (!isObject(value)) throw new ConfigurationError([{ at, message: 'Must be an object with a "type"' }]);
  const { type } = value;
  if (typeof type === "string" && Object.hasOwn(eventSchemas, type))
    return checked(eventSchemas[type as EventType] as v.GenericSchema<unknown, CheckedEvent>, value, at);
  const hint = typeof type === "string" ? suggestion(type, eventTypes) : "";
  throw new ConfigurationError([
    { at: `${at}.type`, message: `Unknown type${hint}; there are ${eventTypes.join(", ")}` },
  ]);
}

/** Checks the events of a scenario. Throws a `ConfigurationError` that tells all that cannot be meant. */
export function checkEvents(steps: readonly ScenarioStep[], at = "scenario"): void {
  assertAll(
    ...steps.map(({ event }, i) => () => {
      if (event !== undefined) parseEvent(event, `${at}[${i}].event`);
    }),
  );
}
