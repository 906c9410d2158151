/**
 * From settings to what a running emulator is made of: the accounts with their sources, and the document that shows them.
 *
 * @module
 */
import { unfilledProjects } from "./config/placeholder.ts";
import type { Settings } from "./config/settings.ts";
import { identify } from "./instance/identities.ts";
import type { BuildSource } from "./instance/shown-accounts.ts";
import type { ConfigurationError } from "./lib/errors.ts";
import type { JsonObject } from "./lib/json.ts";
import { completeDocument } from "./metadata/defaults.ts";
import { normalize } from "./metadata/document.ts";
import type { Platform } from "./platform.ts";
import type { Account } from "./tokens/accounts.ts";
import type { LocalIssuer } from "./tokens/local-issuer.ts";
import { createSource } from "./tokens/sources/index.ts";
import type { TokenSource } from "./tokens/types.ts";

export interface ResolveOptions {
  /** A broken credential does not stop the start: its tokens fail with its sentence, metadata goes on. Default false. */
  readonly keepGoing?: boolean;
  /** What was wrong with the credentials before any account could be built: every token fails with its sentence. */
  readonly credentialError?: ConfigurationError;
}

/** Builds the sources of all accounts and the document that shows them. */
export async function resolve(
  settings: Settings,
  platform: Platform,
  localIssuer: LocalIssuer,
  { credentialError, keepGoing = false }: ResolveOptions = {},
): Promise<{ accounts: readonly Account[]; document: JsonObject }> {
  const build: BuildSource = async (name, account, accountEmail) => {
    if (credentialError !== undefined) throw credentialError;
    const deps = { platform, endpoints: settings.endpoints, origin: account.origin, accountEmail, localIssuer };
    const create = (config: unknown, origin: string): Promise<TokenSource> => {
      if (typeof config !== "string") return createSource(config, { ...deps, origin, create });
      const base = settings.accounts[config];
      // Named as for the account itself: a mistake of it is one mistake.
      const named = { ...deps, ...ofAccount(config, settings), origin: base?.origin || origin, create };
      return createSource(base?.source, named);
    };
    return createSource(account.source, { ...deps, origin: account.origin || name, create });
  };
  const user = normalize(settings.metadata) as JsonObject;
  const { folder } = settings;
  const laid = folder && (await import("./metadata/folder.ts"));
  const known = folder && laid ? laid.withFactsOf(user, folder) : user;
  const { accounts, document } = await identify(settings, known, build, keepGoing);
  const complete = completeDocument(settings.preset, document);
  for (const sentence of unfilledProjects(complete)) platform.log("warn", sentence);
  return { accounts, document: folder && laid ? laid.withFolder(complete, folder) : complete };
}

/** A base that is another account by name is asked as that account and not as the one above it. */
function ofAccount(name: string, { accounts }: Settings): { accountEmail?: string } {
  const accountEmail = accounts[name]?.email ?? (name.includes("@") ? name : undefined);
  return accountEmail === undefined ? {} : { accountEmail };
}
