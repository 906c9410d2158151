/**
 * The token cache as the page shows it: by account, with fingerprints in the place of tokens, and why tries failed.
 *
 * @module
 */
import { messageOf } from "../lib/errors.ts";
import type { Account } from "../tokens/accounts.ts";
import type { TokenCache } from "../tokens/cache.ts";
import { parseKey } from "../tokens/held.ts";
import { type Token, TokenError } from "../tokens/types.ts";
import { fingerprint } from "./fingerprint.ts";
import type { AccountView, TokenFailureView, TokensEvent, TokenView } from "./messages.ts";

const maxFailures = 50;
/** Keys shown at most: clients may ask for any number of audiences. */
const maxTokens = 200;

/** Watches the flights of a token cache. */
export class TokensView {
  readonly #accounts: () => readonly Account[];
  readonly #cache: TokenCache;
  #failures: readonly TokenFailureView[] = [];
  #flights = 0;

  constructor(cache: TokenCache, accounts: () => readonly Account[]) {
    this.#cache = cache;
    this.#accounts = accounts;
  }

  /** Notes how a flight ended. */
  flown(key: string, error: unknown, now: number): void {
    this.#flights++;
    if (error === undefined) return;
    const step = error instanceof TokenError ? error.step : "credential";
    const failure = { time: new Date(now).toISOString(), ...parseKey(key), step, message: messageOf(error) };
    this.#failures = [failure, ...this.#failures].slice(0, maxFailures);
  }

  /** Differs from one state of the view to the next. */
  get state(): string {
    const emails = this.#accounts().map(({ email }) => email);
    return `${this.#flights} ${this.#cache.size} ${emails.join()}`;
  }

  async describe(): Promise<TokensEvent> {
    const byEmail = new Map<string, TokenView[]>();
    for (const { failure, key, token } of [...this.#cache.entries()].slice(-maxTokens)) {
      const { email, kind, target } = parseKey(key);
      const view = {
        kind,
        target,
        ...(token === undefined ? {} : await describeToken(token, kind)),
        ...(failure === undefined ? {} : { failure: messageOf(failure) }),
      };
      byEmail.set(email, [...(byEmail.get(email) ?? []), view]);
    }
    const accounts = this.#accounts().map(
      ({ aliases, email, scopes }): AccountView => ({ email, aliases, scopes, tokens: byEmail.get(email) ?? [] }),
    );
    return { accounts, failures: this.#failures };
  }
}

async function describeToken(
  { expiresAt, mintedAt, value }: Token,
  kind: "access" | "id",
): Promise<Pick<TokenView, "fingerprint" | "expiresAt" | "mintedAt" | "claims">> {
  const claims = kind === "id" ? claimsOf(value) : undefined;
  return {
    fingerprint: await fingerprint(value),
    expiresAt,
    ...(mintedAt === undefined ? {} : { mintedAt }),
    ...(claims === undefined ? {} : { claims }),
  };
}

/** Reads a JWT's claims without checking it; `undefined` where there are none. */
function claimsOf(token: string): Record<string, unknown> | undefined {
  const [, payload = ""] = token.split(".");
  try {
    const binary = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
