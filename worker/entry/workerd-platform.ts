/**
 * What workerd gives: bindings as variables, `fetch`, a line of log. No files, no programs.
 *
 * @module
 */
import { systemClock } from "../lib/clock.ts";
import type { Log, Platform } from "../platform.ts";

/**
 * Returns the bindings that are texts. Cloudflare's hold 5 KB each, so a longer configuration goes on in
 * `METADATA_CONFIG_2`, `METADATA_CONFIG_3`, ….
 */
export function textsOf(bindings: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.fromEntries(
    Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  for (let part = 2; texts.METADATA_CONFIG !== undefined && texts[`METADATA_CONFIG_${part}`] !== undefined; part++) {
    texts.METADATA_CONFIG += texts[`METADATA_CONFIG_${part}`];
    delete texts[`METADATA_CONFIG_${part}`];
  }
  return texts;
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
