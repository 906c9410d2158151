/**
 * Events by their types, as `POST /emulator/v1/events`, scenarios and the library take them.
 *
 * @module
 */
import * as v from "valibot";
import { durationSchema } from "../lib/duration.ts";
import { notificationEntries } from "./notification.ts";

/** From the call to the event. */
const delay = v.optional(durationSchema);

/** The schema of each event type. */
export const eventSchemas = {
  preemption: v.strictObject({
    type: v.literal("preemption"),
    delay,
    /** How long the machine has from the notice on. Default 30 s, as spot machines have. */
    maxDuration: v.optional(durationSchema),
  }),
  "host-maintenance": v.strictObject({
    type: v.literal("host-maintenance"),
    delay,
    /** Default: what `scheduling/on-host-maintenance` says. */
    maintenance: v.optional(v.picklist(["migrate", "terminate"])),
    /** From the notice to the event. Default 60 s, as on real machines. */
    lead: v.optional(durationSchema),
  }),
  "live-migration": v.strictObject({
    type: v.literal("live-migration"),
    delay,
    /** How long metadata requests are answered 503; on real machines below a second. Default 500 ms. */
    unavailable: v.optional(v.pipe(durationSchema, v.maxValue(60_000, "Must be at most a minute"))),
  }),
  "upcoming-maintenance": v.strictObject({
    type: v.literal("upcoming-maintenance"),
    delay,
    /** Takes the notification back: requests are answered 503 again. */
    cancel: v.optional(v.boolean()),
    ...notificationEntries,
  }),
  "token-rotation": v.strictObject({
    type: v.literal("token-rotation"),
    delay,
    /** E-mail or alias. Default: every account. */
    account: v.optional(v.string()),
  }),
} as const;

type Schemas = typeof eventSchemas;

export type EventType = keyof Schemas;
/** An event as people write it. */
export type LiveEvent = { [Type in EventType]: v.InferInput<Schemas[Type]> }[EventType];
/** An event after the check: lengths of time are milliseconds. */
export type CheckedEvent = { [Type in EventType]: v.InferOutput<Schemas[Type]> }[EventType];

/** All types, in the order of the documentation. */
export const eventTypes: readonly EventType[] = Object.keys(eventSchemas) as EventType[];
