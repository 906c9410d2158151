/**
 * The notification document of `instance/upcoming-maintenance` (mds-behaviour.md 5.2). Google's page shows snake-case
 * keys, its consumers read camel-case ones, and nobody has captured a real one: both are written, which suits either.
 *
 * @module
 */
import type { Json, JsonObject } from "../lib/json.ts";
import { toCamel } from "../metadata/names.ts";
import type { Change } from "../metadata/document.ts";

const path = ["instance", "upcoming-maintenance"];
const hourMs = 3_600_000;

/** Returns the change that an `upcoming-maintenance` event makes: the notification, or its removal with `cancel`. */
export function upcomingMaintenance(event: JsonObject, now: number): Change {
  if (event.cancel === true) return { path, value: undefined };
  const defaults: Record<string, Json> = {
    type: "SCHEDULED",
    can_reschedule: false,
    window_start_time: timeAt(now + 24 * hourMs),
    window_end_time: timeAt(now + 28 * hourMs),
    latest_window_start_time: timeAt(now + 24 * hourMs),
    maintenance_status: "PENDING",
    maintenance_reasons: ["PLANNED_UPDATE"],
  };
  const { cancel: _, delay: __, type: ___, maintenanceType, ...given } = event;
  for (const [key, value] of Object.entries(given)) defaults[toSnake(key)] = value;
  if (maintenanceType !== undefined) defaults.type = maintenanceType;
  const both = Object.entries(defaults).flatMap(([key, value]): [string, Json][] => {
    const camel = toCamel(key.replaceAll("_", "-"));
    return camel === key ? [[key, value]] : [[key, value], [camel, value]];
  });
  return { path, value: Object.fromEntries(both) };
}

const toSnake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const timeAt = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
