/**
 * All service accounts together: those of the configuration, and the `default` one that flags and variables shape.
 * Checks that a `base` names an account and that no chain of bases closes.
 *
 * @module
 */
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import type { DefaultCredential } from "./credential.ts";
import type { KeyPath } from "./document.ts";
import { pathOf } from "./naming.ts";
import { suggestion } from "./nearest.ts";
import type { AccountConfiguration } from "./schema.ts";
import type { AccountSettings } from "./settings.ts";
import { PLAIN, present } from "./values.ts";

/** The accounts of the configuration file. */
export type ConfiguredAccounts = Readonly<Record<string, AccountConfiguration>>;

export interface AccountInputs {
  readonly configured: ConfiguredAccounts;
  /** Of the `default` account; absent: no credential at all. */
  readonly credential: DefaultCredential | undefined;
  /** By flag or variable. */
  readonly email: string | undefined;
  readonly scopes: readonly string[] | undefined;
  /** Whether the source of an account was wrong, by its name: another one stands in for it. */
  isBroken(name: string): boolean;
}

const LOCAL: JsonObject = { type: "local" };

/** Returns the accounts by name. An e-mail that flags or variables impersonate is shown before the configuration's. */
export function assembleAccounts({
  configured,
  credential,
  email,
  scopes,
  isBroken,
}: AccountInputs): Record<string, AccountSettings> {
  const main = configured.default;
  const accounts: Record<string, AccountSettings> = {
    default: {
      ...present({
        email: email ?? credential?.target ?? main?.email,
        aliases: main?.aliases,
        scopes: scopes ?? main?.scopes,
      }),
      source: credential?.source ?? LOCAL,
      origin: credential?.origin ?? "the local issuer",
    },
  };
  for (const [name, account] of Object.entries(configured)) {
    if (name !== "default") accounts[name] = namedAccount(name, account);
  }
  for (const [name, account] of Object.entries(accounts))
    if (isBroken(name)) accounts[name] = { ...account, broken: true };
  return accounts;
}

function namedAccount(name: string, account: AccountConfiguration): AccountSettings {
  const email = account.email ?? (name.includes("@") ? name : undefined);
  return {
    ...present({ email, aliases: account.aliases, scopes: account.scopes }),
    source: account.source ?? LOCAL,
    origin: `${pathOf("accounts", name)}.source`,
  };
}

/** Whether a source is the local issuer, or another account's that is. */
export function isLocalSource(
  source: JsonObject,
  configured: ConfiguredAccounts,
  seen: readonly string[] = [],
): boolean {
  if (source.type === "local") return true;
  const base = source.base;
  if (typeof base === "string") {
    if (seen.includes(base) || !Object.hasOwn(configured, base)) return false;
    return isLocalSource(configured[base]?.source ?? LOCAL, configured, [...seen, base]);
  }
  return isObject(base) && isLocalSource(base, configured, seen);
}

/** Notes names that no path can hold, and each `base` that names no account (`lost`: what else the document had). */
export function checkAccounts(configured: ConfiguredAccounts, lost: readonly KeyPath[], problems: Problems): void {
  const isWhole = !lost.some((path) => path.length === 0 || (path[0] === "accounts" && path.length <= 2));
  const names = [...new Set(["default", ...Object.keys(configured)])];
  for (const [name, { source }] of Object.entries(configured)) {
    if (!PLAIN.test(name)) problems.add(pathOf("accounts", name), "A name must not contain blanks or slashes");
    const last = lastBase(source, `${pathOf("accounts", name)}.source`);
    if (isWhole && last !== undefined && !names.includes(last.name)) {
      problems.add(last.at, `Unknown account${suggestion(last.name, names)}`);
    }
  }
}

/** Notes a chain of bases that comes back to where it started, once per account that is part of it. */
export function checkCycles(accounts: Readonly<Record<string, AccountSettings>>, problems: Problems): void {
  for (const start of Object.keys(accounts)) {
    const way: string[] = [];
    let name: string | undefined = start;
    while (name !== undefined && !way.includes(name)) {
      way.push(name);
      name = lastBase(accounts[name]?.source, "")?.name;
    }
    if (name !== start) continue;
    problems.add(`${pathOf("accounts", start)}.source`, `Is its own base: ${[...way, start].join(" -> ")}`);
  }
}

/** Whether the bases of an account are all there, so that its source can be built. */
export function isSound(name: string, accounts: Readonly<Record<string, AccountSettings>>): boolean {
  const way: string[] = [];
  let next: string | undefined = name;
  while (next !== undefined) {
    const account: AccountSettings | undefined = Object.hasOwn(accounts, next) ? accounts[next] : undefined;
    if (account === undefined || account.broken === true || way.includes(next)) return false;
    way.push(next);
    next = lastBase(account.source, "")?.name;
  }
  return true;
}

/** Follows inline bases down to the one that is another account's name. */
function lastBase(source: JsonObject | undefined, at: string): { name: string; at: string } | undefined {
  const base = source?.base;
  if (typeof base === "string") return { name: base, at: `${at}.base` };
  return isObject(base) ? lastBase(base, `${at}.base`) : undefined;
}
