/**
 * What another configuration means for a server that runs already.
 *
 * @module
 */
import { ConfigurationError } from "../lib/errors.ts";
import type { Settings } from "./settings.ts";

/** Throws a `ConfigurationError` for what a running server cannot become. */
export function assertReloadable(first: Settings, next: Settings): void {
  const problems = [
    ...(next.service === undefined ? [] : [{ at: "auth", message: "Becoming a service needs a restart" }]),
    ...(next.preset === first.preset ? [] : [{ at: "preset", message: "Another preset needs a restart" }]),
    ...(next.issuer === first.issuer ? [] : [{ at: "issuer", message: "Another issuer needs a restart" }]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Whether tokens of the one are tokens of the other. */
export function sameAccounts(a: Settings, b: Settings): boolean {
  return same([a.accounts, a.endpoints], [b.accounts, b.endpoints]);
}

/** Whether the same happens over time: a save of something else must not start a scenario anew. */
export function sameLife(a: Settings, b: Settings): boolean {
  return same([a.faults, a.scenario], [b.faults, b.scenario]);
}

/** Whether anything happens over time by itself. */
export function hasLife({ faults = [], scenario = [] }: Settings): boolean {
  return faults.length > 0 || scenario.length > 0;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
