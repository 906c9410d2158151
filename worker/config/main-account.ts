/**
 * Which account of the configuration the server calls `default` when none has that key, so that a file with one account
 * under its e-mail just works.
 *
 * @module
 */
import { isObject, type JsonObject } from "../lib/json.ts";
import type { ConfiguredAccounts } from "./accounts.ts";
import { pathOf } from "./naming.ts";
import type { AccountConfiguration } from "./schema.ts";

/** The accounts with one of them under `default`, and where that one stood in the configuration. */
export interface MainAccount {
  readonly accounts: ConfiguredAccounts;
  /** E.g. `accounts.default`, `accounts.ci`; for messages. */
  readonly at: string;
}

/**
 * Moves the account that is meant to be `default` there: one with that alias, else the one whose e-mail the tree shows as
 * the machine's own, else the first. It keeps its e-mail, and a `base` that names it follows. `shown` is the tree's e-mail.
 */
export function withMainAccount(accounts: ConfiguredAccounts, shown: string | undefined): MainAccount {
  const entries = Object.entries(accounts);
  const main =
    entries.find(([name]) => name === "default") ??
    entries.find(([, { aliases }]) => aliases?.includes("default") === true) ??
    entries.find(([name, { email }]) => shown !== undefined && (email ?? name) === shown) ??
    entries[0];
  if (main === undefined || main[0] === "default") return { accounts, at: "accounts.default" };
  const [key, account] = main;
  const email = account.email ?? (key.includes("@") ? key : undefined);
  const moved = entries.map(([name, other]): [string, AccountConfiguration] => {
    const followed = other.source === undefined ? other : { ...other, source: renameBase(other.source, key) };
    return name === key ? ["default", { ...followed, ...(email === undefined ? {} : { email }) }] : [name, followed];
  });
  return { accounts: Object.fromEntries(moved), at: pathOf("accounts", key) };
}

function renameBase(source: JsonObject, from: string): JsonObject {
  const { base } = source;
  if (base === from) return { ...source, base: "default" };
  return isObject(base) ? { ...source, base: renameBase(base, from) } : source;
}
