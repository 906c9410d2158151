/**
 * Plays scenarios: each step at its time by the platform's clock.
 *
 * @module
 */
import type { ScenarioStep } from "../events/scenario.ts";
import { messageOf } from "../lib/errors.ts";
import type { Json } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import type { Control } from "./control.ts";

export class ScenarioPlayer {
  readonly #control: Control;
  readonly #platform: Platform;
  readonly #timers = new Set<() => void>();

  constructor(control: Control, platform: Platform) {
    this.#control = control;
    this.#platform = platform;
  }

  /** Begins these steps now and ends what was played before. */
  play(steps: readonly ScenarioStep[]): void {
    this.stop();
    for (const [i, step] of steps.entries()) {
      const cancel = this.#platform.clock.timer(step.at, () => {
        this.#timers.delete(cancel);
        this.#take(step).catch((error) =>
          this.#platform.log("error", `Cannot play scenario[${i}], at ${step.at / 1000} s: ${messageOf(error)}`),
        );
      });
      this.#timers.add(cancel);
    }
  }

  /** Whether anything is still to come. */
  get pending(): boolean {
    return this.#timers.size > 0;
  }

  /** Ends what is still to come. */
  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  async #take(step: ScenarioStep): Promise<void> {
    const control = this.#control;
    if (step.faults !== undefined) control.setFaults(step.faults);
    for (const path of step.delete ?? []) await control.delete(path);
    for (const [path, value] of Object.entries<Json>(step.set ?? {})) await control.set(path, value);
    if (step.patch !== undefined) await control.patch("", step.patch);
    if (step.event !== undefined) await control.event(step.event);
  }
}
