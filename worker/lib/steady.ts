/**
 * Time for spans: pauses, ages, what a token has left. It goes with the wall clock, so that a machine that was asleep
 * has it gone by, and stands still where the clock is set back, so that nothing lasts hours longer for it.
 *
 * @module
 */
import type { Clock } from "../platform.ts";

/** Returns a clock that begins as `clock` stands now and never shows less than before. */
export function createSteadyTime(clock: Clock): () => number {
  let latest = clock.now();
  let time = latest;
  return () => {
    const now = clock.now();
    if (now > latest) time += now - latest;
    latest = now;
    return time;
  };
}
