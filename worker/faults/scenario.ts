/**
 * Scenarios: what happens at which time after the start, for tests and demonstrations.
 *
 * @module
 */
import type { Control } from "../control/control.ts";
import { parseDuration } from "../control/duration.ts";
import { messageOf } from "../lib/errors.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import { parseScenario, type ScenarioStep } from "./schema.ts";

/** Starts a scenario. Returns what ends it early. Throws a `ConfigurationError` that names every wrong field. */
export function playScenario(scenario: Json, control: Control, { clock, log }: Platform): () => void {
  const cancels = parseScenario(scenario).map((step) =>
    clock.timer(parseDuration(step.at) ?? 0, () => {
      play(step, control).catch((error) => log("error", `Cannot play the scenario's step at ${step.at}: ${messageOf(error)}`));
    }),
  );
  return () => {
    for (const cancel of cancels) cancel();
  };
}

async function play(step: ScenarioStep, control: Control): Promise<void> {
  if (step.faults !== undefined) control.setFaults(step.faults as unknown as Json);
  for (const path of step.delete ?? []) await control.delete(path);
  for (const [path, value] of Object.entries(step.set ?? {})) await control.set(path, value as Json);
  if (step.event !== undefined) await control.event(step.event as JsonObject);
}
