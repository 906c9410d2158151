/**
 * What can be done to a running instance: read and change its metadata, play events, inject faults, see its requests.
 * The library's methods; the control routes and scenarios are thin views of them. Every change goes through the store.
 *
 * @module
 */
import { checked } from "../config/check.ts";
import { checkEvents } from "../config/event.ts";
import { type ScenarioStep, type ScenarioStepInput, scenarioSchema } from "../events/scenario.ts";
import type { LiveEvent } from "../events/schema.ts";
import { type FaultRule, faultRuleSchema, faultRulesSchema } from "../faults/rule.ts";
import { type FaultRules, maxRuleBodies, maxRules } from "../faults/rules.ts";
import { ConfigurationError } from "../lib/errors.ts";
import { isObject, type Json } from "../lib/json.ts";
import { valueAt } from "../metadata/document.ts";
import { toJson } from "../metadata/render.ts";
import type { Store } from "../metadata/store.ts";
import { nodeAt, ShapeError } from "../metadata/tree.ts";
import type { Platform } from "../platform.ts";
import type { Journal, JournalEntry } from "../telemetry/journal.ts";
import type { Accounts } from "../tokens/accounts.ts";
import { Events } from "./events.ts";
import { namesOf } from "./path.ts";
import { ScenarioPlayer } from "./scenario.ts";
import { patchChanges, replacement } from "./shape.ts";

/** What control has its hand on. */
export interface ControlParts {
  readonly platform: Platform;
  readonly store: Store;
  readonly accounts: () => Accounts;
  readonly faults: FaultRules;
  readonly journal: Journal;
}

/** Checked rules and steps of the configuration. */
interface Configured {
  readonly faults?: readonly FaultRule[];
  readonly scenario?: readonly ScenarioStep[];
}

/** A path is written as below `/computeMetadata/v1/`: `instance/attributes/k`; empty for the whole tree. */
export class Control {
  readonly #parts: ControlParts;
  readonly #events: Events;
  readonly #scenario: ScenarioPlayer;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#events = new Events({
      platform: parts.platform,
      write: (plan) => parts.store.write(plan),
      suspend: (ms) => parts.faults.suspend(ms),
      rotate: (account) => this.rotate(account),
    });
    this.#scenario = new ScenarioPlayer(this, parts.platform);
  }

  /** Returns the node at `path` as `?recursive=true` shows it; `undefined` when there is nothing to show. */
  get(path: string): Json | undefined {
    const node = nodeAt(this.#parts.store.snapshot.root, namesOf(path));
    return node?.kind === "directory" || node?.kind === "leaf" ? toJson(node) : undefined;
  }

  /** Puts `value` at `path`; missing directories are made. Rejects with a `ShapeError` and changes nothing. */
  async set(path: string, value: Json): Promise<void> {
    const names = namesOf(path);
    await this.#parts.store.write((document) => [replacement(document, names, value)]);
  }

  /** Merges `patch` into the node at `path` (JSON Merge Patch, RFC 7396). Rejects with a `ShapeError`. */
  async patch(path: string, patch: Json): Promise<void> {
    const names = namesOf(path);
    await this.#parts.store.write((document) => patchChanges(document, names, patch));
  }

  /** Removes the node at `path`. Resolves to whether there was one. Rejects with a `ShapeError` for the root. */
  async delete(path: string): Promise<boolean> {
    const names = namesOf(path);
    if (names.length === 0) throw new ShapeError('"": the root cannot be removed');
    let found = false;
    await this.#parts.store.write((document) => {
      found = valueAt(document, names) !== undefined;
      return found ? [{ path: names, value: undefined }] : [];
    });
    return found;
  }

  /** Starts an event; resolves when what happens at once has happened. Rejects with a `ConfigurationError`. */
  event(event: LiveEvent | Json): Promise<void> {
    return this.#events.play(event);
  }

  /** Adds a fault rule. Throws a `ConfigurationError` that names every wrong field. */
  fault(rule: FaultRule | Json): void {
    const parsed = checked(faultRuleSchema, rule, "fault");
    assertBounded([...this.faults(), parsed]);
    this.#parts.faults.add(parsed);
  }

  /** Puts a list of fault rules in force instead of all others. Throws a `ConfigurationError`. */
  setFaults(rules: readonly FaultRule[] | Json): void {
    if (isObject(rules)) throw new ConfigurationError([{ at: "faults", message: notAList }]);
    const parsed = checked(faultRulesSchema, rules, "faults");
    assertBounded(parsed);
    this.#parts.faults.set(parsed);
  }

  /** Returns the fault rules that may still strike. */
  faults(): readonly FaultRule[] {
    return this.#parts.faults.list;
  }

  /** Takes every fault rule out of force. */
  clearFaults(): void {
    this.#parts.faults.set([]);
  }

  /** Plays a scenario from now on, instead of the one that was played. Throws a `ConfigurationError`. */
  scenario(steps: readonly ScenarioStepInput[] | Json): void {
    const parsed = checked(scenarioSchema, isObject(steps) ? [steps] : steps, "scenario");
    checkEvents(parsed);
    this.#scenario.play(parsed);
  }

  /** Puts in force what the configuration says. */
  configure({ faults = [], scenario = [] }: Configured): void {
    this.#parts.faults.set(faults);
    this.#scenario.play(scenario);
  }

  /** Returns the requests kept, oldest first. */
  requests(): readonly JournalEntry[] {
    return this.#parts.journal.entries();
  }

  clearRequests(): void {
    this.#parts.journal.clear();
  }

  /** Forgets the tokens of an account (all without a name): the next request mints anew. Throws for an unknown name. */
  rotate(name?: string): void {
    const accounts = this.#parts.accounts();
    const account = name === undefined ? undefined : accounts.get(name);
    if (name !== undefined && account === undefined)
      throw new ConfigurationError([{ at: "event.account", message: "There is no such service account" }]);
    accounts.rotate(account);
  }

  /** Whether anything is still to come of events and scenario. */
  get pending(): boolean {
    return this.#events.pending || this.#scenario.pending;
  }

  /** Ends what is still to come of events and scenario. */
  close(): void {
    this.#events.close();
    this.#scenario.stop();
  }
}

const notAList = 'Must be a list of rules, e.g. [{"path":"**","status":503}]; one more rule is added by POST';

function assertBounded(rules: readonly FaultRule[]): void {
  const refuse = (message: string) => {
    throw new ConfigurationError([{ at: "faults", message }]);
  };
  if (rules.length > maxRules) refuse(`There can be ${maxRules} rules at most`);
  if (rules.reduce((size, { body = "" }) => size + body.length, 0) > maxRuleBodies)
    refuse("The bodies of all rules may have 8 MiB together at most");
}
