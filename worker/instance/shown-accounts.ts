/**
 * Accounts that the metadata document shows and nobody configured, as in a dump of a real machine.
 *
 * @module
 */
import type { AccountSettings, Settings } from "../config/settings.ts";
import { isObject, type Json } from "../lib/json.ts";
import { defaultScopes } from "../metadata/defaults.ts";
import type { Account } from "../tokens/accounts.ts";
import { TokenError, type TokenSource } from "../tokens/types.ts";

/** Builds the source of an account; `email` is the one it has if the credential names none. */
export type BuildSource = (name: string, account: AccountSettings, email: string) => Promise<TokenSource>;

/** Accounts that the document shows and nobody configured: local tokens if there is nothing real, else none. */
export function shownOnly(
  shown: Json | undefined,
  known: readonly Account[],
  settings: Settings,
  build: BuildSource,
): Account[] {
  if (!isObject(shown)) return [];
  const local = localSource(settings, build);
  const found: Account[] = [];
  for (const [name, entry] of Object.entries(shown)) {
    const email = isObject(entry) ? (textOf(entry.email) ?? name) : name;
    if (name === "default" || !isObject(entry) || [...known, ...found].some((account) => account.email === email))
      continue;
    const source = local === undefined ? withoutCredential(email) : deferred(local, email);
    found.push({
      email,
      aliases: textsOf(entry.aliases)?.filter((alias) => alias !== "default") ?? [],
      scopes: textsOf(entry.scopes) ?? defaultScopes,
      source,
    });
  }
  return found;
}

/** Local tokens for the account with this e-mail, where nothing real is configured. */
function localSource(settings: Settings, build: BuildSource): ((email: string) => Promise<TokenSource>) | undefined {
  if (Object.values(settings.accounts).some(({ source }) => source.type !== "local")) return undefined;
  return (email) =>
    build(email, { source: { type: "local" }, origin: `metadata.instance.serviceAccounts.${email}` }, email);
}

/** A source that is built when it is first asked: most accounts of a dump never are. */
function deferred(make: (email: string) => Promise<TokenSource>, email: string): TokenSource {
  return {
    local: true,
    accessToken: async (request, signal) => call((await make(email)).accessToken, request, signal),
    idToken: async (request, signal) => call((await make(email)).idToken, request, signal),
  };
}

function call<R, T>(
  mint: ((request: R, signal: AbortSignal) => Promise<T>) | undefined,
  request: R,
  signal: AbortSignal,
): Promise<T> {
  if (mint === undefined) throw new TokenError("unsupported", "credential", "This account makes no such token");
  return mint(request, signal);
}

function withoutCredential(email: string): TokenSource {
  const why = `no credential is configured for it; add "${email}" to "accounts" of the configuration`;
  return { accessTokenRefusal: why, idTokenRefusal: why };
}

/** A text that says something. */
export const textOf = (value: Json | undefined) => (typeof value === "string" && value !== "" ? value : undefined);

/** The texts of a list. */
export function textsOf(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]).filter((element) => typeof element === "string") : undefined;
}
