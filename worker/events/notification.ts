/**
 * The document below `instance/upcoming-maintenance`. The documentation prints its keys in snake case and consumers
 * parse them in camel case (mds-behaviour.md 5.2), so every key stands there in both.
 *
 * @module
 */
import * as v from "valibot";
import type { Json, JsonObject } from "../lib/json.ts";

const time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), "Must be a time such as 2026-12-01T10:00:00Z"),
);

/** What an event may say of its notification, in camel case; `maintenanceType` becomes the document's `type`. */
export const notificationEntries = {
  maintenanceType: v.optional(v.string()),
  maintenanceStatus: v.optional(v.string()),
  canReschedule: v.optional(v.union([v.boolean(), v.string()])),
  windowStartTime: v.optional(time),
  windowEndTime: v.optional(time),
  latestWindowStartTime: v.optional(time),
  maintenanceReasons: v.optional(v.array(v.string())),
} as const;

const schema = v.object(notificationEntries);

export type NotificationFields = v.InferOutput<typeof schema>;

const hourMs = 3_600_000;

/** Returns the document: what the event says, else a pending, scheduled maintenance of three hours in a day from now. */
export function notification(fields: NotificationFields, now: number): JsonObject {
  const start = fields.windowStartTime ?? isoSeconds(now + 24 * hourMs);
  const values: readonly (readonly [snake: string, value: Json])[] = [
    ["can_reschedule", fields.canReschedule ?? false],
    ["latest_window_start_time", fields.latestWindowStartTime ?? start],
    ["maintenance_reasons", fields.maintenanceReasons ?? ["MAINTENANCE_REASON_UNKNOWN"]],
    ["maintenance_status", fields.maintenanceStatus ?? "PENDING"],
    ["type", fields.maintenanceType ?? "SCHEDULED"],
    ["window_end_time", fields.windowEndTime ?? isoSeconds(Date.parse(start) + 3 * hourMs)],
    ["window_start_time", start],
  ];
  return Object.fromEntries(
    values.flatMap(([snake, value]) => [[snake, value] as const, [toCamel(snake), value] as const]),
  );
}

const toCamel = (snake: string) => snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
