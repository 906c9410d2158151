/**
 * Who the service accounts are: joins what the configuration says of them, what their credentials say and what the
 * metadata document shows (interface.md "What each value defaults to").
 *
 * @module
 */
import type { AccountSettings, Settings } from "../config/settings.ts";
import { messageOf } from "../lib/errors.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { Problems } from "../lib/problems.ts";
import { defaultEmail, defaultScopes, factsOf, number } from "../metadata/defaults.ts";
import { overlay, valueAt, withChange } from "../metadata/document.ts";
import type { Account } from "../tokens/accounts.ts";
import { TokenError, type TokenSource } from "../tokens/types.ts";
import { type BuildSource, shownOnly, textOf, textsOf } from "./shown-accounts.ts";

export interface Identities {
  readonly accounts: readonly Account[];
  /** The user's document with project values and accounts in it. */
  readonly document: JsonObject;
}

/** Where the tree shows the accounts. */
export const shownAccounts = ["instance", "service-accounts"];

/**
 * Joins `settings` with their credentials. `document` is the user's, in the spelling of paths. With `keepGoing` a broken
 * credential makes an account whose tokens fail with its sentence; otherwise a `ConfigurationError` tells all of them.
 */
export async function identify(
  settings: Settings,
  document: JsonObject,
  build: BuildSource,
  keepGoing: boolean,
): Promise<Identities> {
  const shown = valueAt(document, shownAccounts);
  const facts = factsOf(settings.preset, withProject(document, settings, undefined));
  const problems = new Problems();
  const accounts: Account[] = [];
  const failed = new Set<TokenSource>();
  let own: TokenSource = {};
  if (!hasNone(settings, shown)) {
    for (const [name, account] of Object.entries(settings.accounts)) {
      const entry = isObject(shown) && isObject(shown[name]) ? shown[name] : {};
      const fallback =
        account.email ?? textOf(entry.email) ?? (name.includes("@") ? name : accountEmail(settings, name, facts));
      const source = await build(name, account, fallback).catch((error) => {
        const none = broken(error, account.origin, problems);
        failed.add(none);
        return none;
      });
      if (name === "default") own = source;
      accounts.push(toAccount(name, account, entry, source, account.email ?? source.email ?? fallback));
    }
    accounts.push(...shownOnly(shown, accounts, settings, build));
  }
  if (keepGoing) assertDistinct(accounts);
  else {
    problems.attempt(() => assertDistinct(accounts.filter(({ source }) => !failed.has(source))));
    problems.throwIfAny();
  }
  const complete = withUniverse(withProject(document, settings, own.projectId), own.universeDomain);
  return { accounts, document: withChange(complete, { path: shownAccounts, value: treeOf(accounts) }) };
}

type Facts = ReturnType<typeof factsOf>;

/** A dump of a machine without service account, and nothing configured beside it. */
function hasNone(settings: Settings, shown: Json | undefined): boolean {
  return isObject(shown) && Object.keys(shown).length === 0 && isLocalOnly(settings);
}

function isLocalOnly({ accounts }: Settings): boolean {
  return Object.entries(accounts).every(
    ([name, { email, source }]) => name === "default" && source.type === "local" && email === undefined,
  );
}

function accountEmail({ preset }: Settings, name: string, facts: Facts): string {
  if (name === "default") return defaultEmail(preset, facts);
  return `${name}@${facts.projectId.split(":").reverse().join(".")}.iam.gserviceaccount.com`;
}

function toAccount(
  name: string,
  account: AccountSettings,
  entry: JsonObject,
  source: TokenSource,
  email: string,
): Account {
  const aliases = [...new Set([...(name === "default" ? ["default"] : []), ...(account.aliases ?? [])])];
  return { name, email, aliases, scopes: account.scopes ?? textsOf(entry.scopes) ?? defaultScopes, source };
}

function broken(error: unknown, origin: string, problems: Problems): TokenSource {
  problems.absorb(error);
  const message = messageOf(error);
  const fail = () => Promise.reject(new TokenError("configuration", "credential", message, { cause: error }));
  return { accessToken: fail, idToken: fail, accessTokenRefusal: origin };
}

function assertDistinct(accounts: readonly Account[]): void {
  const problems = new Problems();
  const seen = new Set<string>();
  for (const name of accounts.flatMap(({ aliases, email }) => [email, ...aliases])) {
    if (seen.has(name)) problems.add("accounts", `two accounts have the name "${name}"`);
    seen.add(name);
  }
  problems.throwIfAny();
}

function withProject(document: JsonObject, settings: Settings, credentialProject: string | undefined): JsonObject {
  const projectId = settings.projectId ?? credentialProject;
  const { numericProjectId } = settings;
  return overlay(document, {
    project: {
      ...(projectId === undefined ? {} : { "project-id": projectId }),
      ...(numericProjectId === undefined ? {} : { "numeric-project-id": number(numericProjectId) }),
    },
  });
}

/** Clients ask the metadata server which universe they are in; it is the credential's, unless the document says. */
function withUniverse(document: JsonObject, universe: string | undefined): JsonObject {
  if (universe === undefined) return document;
  return overlay({ universe: { "universe-domain": universe } }, document);
}

/** What the tree shows of accounts. */
export function treeOf(accounts: readonly Account[]): JsonObject {
  const entries = accounts.flatMap(({ aliases, email, scopes }) => {
    const entry = { aliases, email, scopes };
    return [email, ...aliases].map((name): [string, JsonObject] => [name, entry]);
  });
  return Object.fromEntries(entries);
}
