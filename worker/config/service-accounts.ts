/**
 * The service accounts that a tree lists under `instance.serviceAccounts`: they name e-mails and scopes but hold no
 * credential. Brought into one form here (`default` first, each e-mail once); who serves them is left to `instance/`.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, objectFrom } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import { kindOf, pathOf } from "./naming.ts";
import { fillProject } from "./placeholder.ts";

/** Where `serviceAccounts` stands, and the project that fills the incumbent's placeholder. */
export interface ServiceAccountsPlace {
  readonly at: string;
  readonly projectId: string | undefined;
}

/**
 * Returns the accounts without `token` and `identity` (the incumbent's file carries them, empty), the machine's own under
 * `default` alone. A lone account is the machine's own, as on every real VM. `{}` stays: a machine without account.
 */
export function checkServiceAccounts(
  value: Json,
  { at, projectId }: ServiceAccountsPlace,
  problems: Problems,
): JsonObject {
  if (!isObject(value)) {
    problems.add(at, `Must be an object, not ${kindOf(value)}`);
    return {};
  }
  const entries = Object.entries(value).map(([key, entry]): [string, JsonObject] => [
    fillProject(key, projectId),
    checkEntry(key, entry, { at: pathOf(at, key), projectId }, problems),
  ]);
  const main =
    entries.find(([key]) => key === "default") ??
    entries.find(([, { aliases }]) => Array.isArray(aliases) && aliases.includes("default")) ??
    (entries.length === 1 ? entries[0] : undefined);
  if (main === undefined) return objectFrom(entries);
  const [, own] = main;
  const others = entries.filter(([key, { email }]) => key !== main[0] && key !== own.email && email !== own.email);
  return objectFrom([["default", own], ...others]);
}

/** Returns the e-mail of the machine's own account among accounts that `checkServiceAccounts` returned. */
export function ownEmail(accounts: Json | undefined): string | undefined {
  const own = isObject(accounts) ? accounts.default : undefined;
  return isObject(own) && typeof own.email === "string" && own.email !== "" ? own.email : undefined;
}

function checkEntry(key: string, value: Json, { at, projectId }: ServiceAccountsPlace, problems: Problems): JsonObject {
  if (!isObject(value)) {
    problems.add(at, `Must be an object, not ${kindOf(value)}`);
    return {};
  }
  const { token: _token, identity: _identity, ...kept } = value;
  const email = kept.email ?? (key === "default" ? "" : key);
  if (typeof email !== "string") problems.add(pathOf(at, "email"), `Must be a string, not ${kindOf(email)}`);
  for (const name of ["aliases", "scopes"]) checkStrings(kept[name], pathOf(at, name), problems);
  return typeof email === "string" && email !== "" ? { ...kept, email: fillProject(email.trim(), projectId) } : kept;
}

function checkStrings(value: Json | undefined, at: string, problems: Problems): void {
  if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"))) return;
  problems.add(at, "Must be a list of strings");
}
