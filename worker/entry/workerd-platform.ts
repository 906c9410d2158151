/**
 * What workerd gives: bindings as variables, `fetch`, a line of log. No files, no programs.
 *
 * @module
 */
import { systemClock } from "../lib/clock.ts";
import type { Log, Platform } from "../platform.ts";

/** Returns the bindings that are texts. */
export function textsOf(bindings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Builds the platform over variables. */
export function createPlatform(env: Readonly<Record<string, string>>, log: Log): Platform {
  return {
    runtime: "workerd",
    clock: systemClock,
    log,
    env,
    fetch: (url, init) => fetch(url, init),
    random: Math.random,
    maxWaitMs: 10 * 60_000,
  };
}

/** `console.error` would wrap every line in wrangler's own error frame. */
export function write(line: string): void {
  // biome-ignore lint/suspicious/noConsole: workerd has no other way out.
  console.log(line);
}
