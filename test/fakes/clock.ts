/**
 * A clock that a test advances by hand. Timers run in the order of their times, and whatever they set off has a chance
 * to go on before the next one runs.
 *
 * @module
 */
import type { Clock } from "../../worker/platform.ts";

export interface FakeClock extends Clock {
  /** Moves time on by `ms` and runs the timers that fall into it. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as when a machine was asleep or its clock is set: each timer still has its time to go. */
  jump(ms: number): void;
  /** Number of timers that wait. */
  readonly pending: number;
}

export interface FakeClockOptions {
  /**
   * Timers below this many milliseconds run by themselves, and time moves on with them: pauses between tries need no
   * hand, time limits do. Default 0: none does.
   */
  readonly autoBelowMs?: number;
  /** A timer of exactly this length never runs by itself: it tells that something takes long. Default: there is none. */
  readonly noticeMs?: number;
}

interface Timer {
  at: number;
  readonly run: () => void;
}

/** Builds a clock that stands at `startMs` (since the epoch). Default: 2026-11-24T12:00:00Z. */
export function createFakeClock(
  startMs = Date.parse("2026-11-24T12:00:00Z"),
  { autoBelowMs = 0, noticeMs }: FakeClockOptions = {},
): FakeClock {
  let now = startMs;
  const timers = new Set<Timer>();

  const fire = (timer: Timer) => {
    if (!timers.delete(timer)) return;
    now = Math.max(now, timer.at);
    timer.run();
  };
  return {
    now: () => now,
    timer(ms, callback) {
      const timer: Timer = { at: now + Math.max(0, ms), run: callback };
      timers.add(timer);
      if (ms < autoBelowMs && ms !== noticeMs) setImmediate(fire, timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await turn();
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        fire(next);
      }
      now = Math.max(now, end);
    },
    jump(ms) {
      now += ms;
      for (const timer of timers) timer.at += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Lets everything that is ready go on, callbacks of Web Crypto included. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
