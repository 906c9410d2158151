/**
 * What only built credentials can tell of the rules: whether each can be used at all, and whether one that has to be
 * shortened can be.
 *
 * @module
 */
import type { ServiceSettings } from "../config/settings.ts";
import { createEmulatorCore, type Emulator } from "../emulator.ts";
import type { Problem } from "../lib/errors.ts";
import { Problems } from "../lib/problems.ts";
import type { Platform } from "../platform.ts";

export interface CheckOptions {
  /** Only what could give more than a rule allows; a credential that is broken fails when it is asked. */
  readonly lifetimesOnly?: boolean;
}

/** Checks every rule and every instance. Throws a `ConfigurationError` that tells all mistakes. */
export async function checkRules(
  { clients, instances }: ServiceSettings,
  platform: Platform,
  { lifetimesOnly = false }: CheckOptions = {},
): Promise<void> {
  const problems = new Problems();
  const shortened = clients.filter(({ maxLifetime }) => maxLifetime !== undefined).map(({ instance }) => instance);
  for (const name of lifetimesOnly ? new Set(shortened) : Object.keys(instances)) {
    const settings = instances[name];
    if (settings === undefined) continue;
    const own = new Problems();
    const emulator = await own.try(() => createEmulatorCore(settings, platform));
    for (const problem of own.all) addOf(name, problem, problems);
    if (emulator === undefined) continue;
    for (const client of clients) if (client.instance === name) problems.addAll(lifetimeProblem(client, emulator));
    emulator.close();
  }
  problems.throwIfAny();
}

/** What the instances share, as the credential of a flag, is wrong once, at the first of them. */
function addOf(instance: string, { at, message }: Problem, problems: Problems): void {
  const isShared = !/\baccounts\b/.test(at);
  if (isShared && problems.all.some((known) => known.message === message && known.at.endsWith(`: ${at}`))) return;
  problems.add(`instances.${instance}: ${at}`, message);
}

function lifetimeProblem(
  { account, maxLifetime, rule }: ServiceSettings["clients"][number],
  emulator: Emulator,
): Problem[] {
  const found = emulator.accounts().named(account);
  if (found === undefined) return [{ at: `${rule}.account`, message: `There is no account "${account}"` }];
  if (maxLifetime === undefined || found.source.honoursLifetime === true) return [];
  const message = "The account's credential cannot shorten its tokens; impersonate the account to give them a lifetime";
  return [{ at: `${rule}.maxLifetime`, message }];
}
