/**
 * The token core on its own (`gce-metadata-emulator/tokens`): Google's access and ID tokens from any ADC credential, by
 * fetch and Web Crypto, with the cache of the server in front: one flight a key, renewal ahead.
 *
 * @module
 */
import { ConfigurationError } from "../lib/errors.ts";
import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import type { Log, Platform } from "../platform.ts";
import { type Account, Accounts } from "../tokens/accounts.ts";
import { TokenCache } from "../tokens/cache.ts";
import { endpointsFrom } from "../tokens/google/endpoints.ts";
import { createSource } from "../tokens/sources/index.ts";
import type { Token } from "../tokens/types.ts";
import { clockOf } from "./options.ts";
import type { Fetch, InjectedClock } from "./types.ts";

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

export interface GoogleTokensOptions {
  /** Scopes of access tokens. Default: `https://www.googleapis.com/auth/cloud-platform`. */
  readonly scopes?: readonly string[];
  /** E-mail of a service account to impersonate with the credential. Default: none. */
  readonly impersonate?: string;
  /** Delegation chain of the impersonation, first to last. */
  readonly delegates?: readonly string[];
  /** Default: the wall clock. */
  readonly clock?: InjectedClock;
  /** Calls to Google. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Where log lines go. Default: nowhere. */
  readonly log?: Log;
  /** Variables that stand in for the environment (endpoint overrides, `AWS_REGION`, …). Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A token as the library gives it. */
export interface GoogleToken {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface GoogleTokens {
  /** Whose tokens these are, where the credential says so. */
  readonly email: string | undefined;
  /** The project that the credential names. */
  readonly projectId: string | undefined;
  /** Returns an access token, a held one while it lives. Rejects with a `TokenError` that names the failing step. */
  accessToken(options?: { readonly scopes?: readonly string[] }): Promise<GoogleToken>;
  /** Returns an ID token for `audience`. Rejects with a `TokenError`. */
  idToken(audience: string): Promise<GoogleToken>;
  /** Calls `next` (default: the injected or global fetch) with `Authorization: Bearer` of an access token. */
  fetch: Fetch;
}

/** What a runtime adds: files and programs of federation. */
export type TokensHost = Pick<Platform, "runtime" | "readTextFile" | "run" | "fetchWithCertificate">;

/** Builds the tokens of `credential` on `host`. Rejects with a `ConfigurationError` that names every wrong field. */
export async function createGoogleTokensOn(
  host: TokensHost,
  credential: string | object,
  options: GoogleTokensOptions,
): Promise<GoogleTokens> {
  const { env = {}, fetch = globalThis.fetch, log = () => undefined, scopes = [cloudPlatform] } = options;
  const clock = clockOf(options.clock);
  const platform: Platform = { ...host, clock, env, fetch: (url, init) => fetch(url, init), log, random: Math.random };
  const { endpoints, problems } = endpointsFrom(env);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const create = (config: unknown, origin: string) => createSource(config, { platform, endpoints, origin, create });
  const source = await create(sourceOf(credential, options), "the credential");
  const account: Account = { email: source.email ?? "the credential", aliases: [], scopes, source };
  const accounts = new Accounts([account], new TokenCache({ clock }));
  const accessToken: GoogleTokens["accessToken"] = async (request = {}) =>
    shown(await accounts.accessToken(account, { scopes: sorted(request.scopes ?? scopes) }));
  return {
    email: source.email,
    projectId: source.projectId,
    accessToken,
    idToken: async (audience) => shown(await accounts.idToken(account, { audience, format: "full", licenses: false })),
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
      headers.set("Authorization", `Bearer ${(await accessToken()).token}`);
      return fetch(input, { ...init, headers });
    },
  };
}

function sourceOf(credential: string | object, { delegates = [], impersonate }: GoogleTokensOptions): JsonObject {
  const base = typeof credential === "string" ? parsed(credential) : (credential as JsonObject);
  return impersonate === undefined ? base : { type: "impersonated", serviceAccount: impersonate, delegates, base };
}

function parsed(text: string): JsonObject {
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw new ConfigurationError([{ at: "Cannot use the credential", message: "it is not a JSON object" }]);
}

function sorted(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)].sort();
}

function shown({ expiresAt, value }: Token): GoogleToken {
  return { token: value, expiresAt: new Date(expiresAt) };
}
