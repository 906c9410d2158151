/**
 * What only built credentials can tell of the rules: whether each can be used at all, and whether one that has to be
 * shortened can be.
 *
 * @module
 */
import type { ServiceSettings } from "../config/settings.ts";
import { createEmulatorCore, type Emulator } from "../emulator.ts";
import { ConfigurationError, type Problem } from "../lib/errors.ts";
import type { Platform } from "../platform.ts";

export interface CheckOptions {
  /** Only what could give more than a rule allows; a credential that is broken fails when it is asked. */
  readonly lifetimesOnly?: boolean;
}

/** Checks every rule. Throws a `ConfigurationError` that tells all mistakes. */
export async function checkRules(
  { clients, instances }: ServiceSettings,
  platform: Platform,
  { lifetimesOnly = false }: CheckOptions = {},
): Promise<void> {
  const problems: Problem[] = [];
  const concerned = lifetimesOnly ? clients.filter(({ maxLifetime }) => maxLifetime !== undefined) : clients;
  const names = new Set(concerned.map(({ instance }) => instance));
  for (const name of names) {
    const settings = instances[name];
    if (settings === undefined) continue;
    try {
      const emulator = await createEmulatorCore(settings, platform);
      for (const client of clients) if (client.instance === name) problems.push(...lifetimeProblem(client, emulator));
      emulator.close();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems.map(({ at, message }) => ({ at: `instances.${name}: ${at}`, message })));
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
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
