/**
 * The wall clock of a runtime, from web standards alone.
 *
 * @module
 */
import type { Clock } from "../platform.ts";

/** Longest delay that `setTimeout` keeps; a longer one would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  timer(ms, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(0, ms), maxDelayMs));
    return () => clearTimeout(handle);
  },
};
