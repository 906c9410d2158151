/**
 * What happens to a machine: each event is the sequence of value changes that a real one shows (mds-behaviour.md 5.1,
 * 5.2). Delays run on the platform's clock.
 *
 * @module
 */
import { parseEvent } from "../config/event.ts";
import { type NotificationFields, notification } from "../events/notification.ts";
import type { CheckedEvent } from "../events/schema.ts";
import { ConfigurationError, messageOf } from "../lib/errors.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import { type Change, valueAt } from "../metadata/document.ts";
import type { Platform } from "../platform.ts";

/** What events change. */
export interface EventDeps {
  readonly platform: Platform;
  write(plan: (document: JsonObject) => readonly Change[]): Promise<void>;
  /** Metadata requests are answered 503 for this long. */
  suspend(ms: number): void;
  /** Forgets the tokens of an account, or of all. Throws a `ConfigurationError` for an unknown name. */
  rotate(account: string | undefined): void;
}

/** Events that have been asked for and not happened yet; one more is refused. */
export const maxToCome = 1_000;

/** Plays events. */
export class Events {
  readonly #deps: EventDeps;
  readonly #timers = new Set<() => void>();

  constructor(deps: EventDeps) {
    this.#deps = deps;
  }

  /** Starts an event; resolves when what happens at once has happened. Rejects with a `ConfigurationError`. */
  async play(value: unknown, at?: string): Promise<void> {
    const event = parseEvent(value, at);
    if (this.#timers.size >= maxToCome) {
      const message = `There can be ${maxToCome.toLocaleString("en-US")} events to come at most`;
      throw new ConfigurationError([{ at: at ?? "event", message }]);
    }
    await this.after(event.delay ?? 0, () => this.#begin(event));
  }

  /** Runs `task` in `ms` milliseconds; at once and awaited when that is none. */
  async after(ms: number, task: () => Promise<void>): Promise<void> {
    if (ms <= 0) return task();
    const cancel = this.#deps.platform.clock.timer(ms, () => {
      this.#timers.delete(cancel);
      task().catch((error) => this.#deps.platform.log("error", `Cannot go on with an event: ${messageOf(error)}`));
    });
    this.#timers.add(cancel);
  }

  /** Whether anything has not happened yet. */
  get pending(): boolean {
    return this.#timers.size > 0;
  }

  /** Ends everything that has not happened yet. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #begin(event: CheckedEvent): Promise<void> {
    switch (event.type) {
      case "preemption":
        return this.#preempt(event.maxDuration ?? 30_000);
      case "host-maintenance":
        return this.#maintain(event.maintenance, event.lead ?? 60_000);
      case "live-migration":
        return this.#migrate(event.unavailable ?? 500);
      case "upcoming-maintenance":
        return this.#notify(event.cancel === true ? undefined : event);
      case "token-rotation":
        this.#deps.rotate(event.account);
        return Promise.resolve();
    }
  }

  #preempt(maxDurationMs: number): Promise<void> {
    const requested = Math.floor(this.#deps.platform.clock.now() / 1000);
    return this.#set({
      "instance/preempted": "TRUE",
      "instance/shutdown-details/max-duration": String(Math.round(maxDurationMs / 1000)),
      "instance/shutdown-details/request-timestamp": String(requested),
      "instance/shutdown-details/stop-state": "PENDING_STOP",
      "instance/shutdown-details/target-state": "STOPPED",
    });
  }

  async #maintain(maintenance: "migrate" | "terminate" | undefined, leadMs: number): Promise<void> {
    let migrates = maintenance !== "terminate";
    await this.#deps.write((document) => {
      if (maintenance === undefined)
        migrates = valueAt(document, ["instance", "scheduling", "on-host-maintenance"]) !== "TERMINATE";
      return [change("instance/maintenance-event", `${migrates ? "MIGRATE" : "TERMINATE"}_ON_HOST_MAINTENANCE`)];
    });
    await this.after(leadMs, () =>
      this.#deps.write((document) => [
        change("instance/maintenance-event", "NONE"),
        ...(migrates ? [this.#newDrift(document)] : []),
      ]),
    );
  }

  #migrate(unavailableMs: number): Promise<void> {
    this.#deps.suspend(unavailableMs);
    return this.#deps.write((document) => [this.#newDrift(document)]);
  }

  #notify(fields: NotificationFields | undefined): Promise<void> {
    const value = fields === undefined ? undefined : notification(fields, this.#deps.platform.clock.now());
    return this.#deps.write(() => [change("instance/upcoming-maintenance", value)]);
  }

  #set(values: Readonly<Record<string, Json>>): Promise<void> {
    return this.#deps.write(() => Object.entries(values).map(([path, value]) => change(path, value)));
  }

  #newDrift(document: JsonObject): Change {
    const path = ["instance", "virtual-clock", "drift-token"];
    const token = String(1 + Math.floor(this.#deps.platform.random() * (Number.MAX_SAFE_INTEGER - 2)));
    return { path, value: token === valueAt(document, path) ? `${token}1` : token };
  }
}

function change(path: string, value: Json | undefined): Change {
  return { path: path.split("/"), value };
}
