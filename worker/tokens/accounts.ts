/**
 * The service accounts of an instance: which name means which account, and its tokens through the cache. Whoever asks
 * gets a held token at once or a promise of one; scopes, audiences and refusals are settled before a source is bothered.
 *
 * @module
 */
import type { Mint, TokenCache } from "./cache.ts";
import type { CacheTrace } from "./cache-entry.ts";
import { type AccessTokenRequest, type IdTokenRequest, type Token, TokenError, type TokenSource } from "./types.ts";

/** One account: what the tree shows of it, and where its tokens come from. */
export interface Account {
  readonly email: string;
  /** Further names under `service-accounts/`, `default` among them for one account. */
  readonly aliases: readonly string[];
  readonly scopes: readonly string[];
  readonly source: TokenSource;
  /** Key in the configuration. */
  readonly name?: string;
  /** Whoever holds this account judges scopes itself: those of a request are passed on as they are. */
  readonly judged?: boolean;
}

/** Called before each mint of an account; what it throws is the mint's failure. */
export type BeforeMint = (account: Account) => void;

/** Tokens by account name. */
export class Accounts {
  readonly all: readonly Account[];
  readonly #byName = new Map<string, Account>();
  readonly #cache: TokenCache;
  readonly #beforeMint: BeforeMint;
  /** What was asked for last: most requests repeat the one before them, in the same object. */
  #recent: { account: Account; request: AccessTokenRequest; key: string; mint: Mint } | undefined;

  constructor(all: readonly Account[], cache: TokenCache, beforeMint: BeforeMint = () => undefined) {
    this.all = all;
    this.#cache = cache;
    this.#beforeMint = beforeMint;
    for (const account of all) for (const name of [account.email, ...account.aliases]) this.#byName.set(name, account);
  }

  /** Returns the account that `name` (an e-mail or an alias) means. */
  get(name: string): Account | undefined {
    return this.#byName.get(name);
  }

  /** Returns the account that a key of the configuration means, else an e-mail or alias. */
  named(name: string): Account | undefined {
    return this.all.find((account) => account.name === name) ?? this.get(name);
  }

  /** Returns an access token. Throws or rejects with a `TokenError`. */
  accessToken(account: Account, request: AccessTokenRequest, trace?: CacheTrace): Token | Promise<Token> {
    const { key, mint } = this.#asked(account, request);
    return this.#cache.get(key, mint, trace);
  }

  #asked(account: Account, request: AccessTokenRequest): { readonly key: string; readonly mint: Mint } {
    if (this.#recent?.account !== account || this.#recent.request !== request) {
      const source = account.source.accessToken;
      if (source === undefined) throw refusal(account, account.source.accessTokenRefusal, "access token");
      const key = accessTokenKey(account, request);
      this.#recent = { account, request, key, mint: this.#minting(account, source, request) };
    }
    return this.#recent;
  }

  /** Returns an ID token. Throws or rejects with a `TokenError`. */
  idToken(account: Account, request: IdTokenRequest, trace?: CacheTrace): Token | Promise<Token> {
    const mint = account.source.idToken;
    if (mint === undefined) throw refusal(account, account.source.idTokenRefusal, "ID token");
    return this.#cache.get(idTokenKey(account, request), this.#minting(account, mint, request), trace);
  }

  #minting<R>(account: Account, mint: (request: R, signal: AbortSignal) => Promise<Token>, request: R): Mint {
    return async (signal) => {
      this.#beforeMint(account);
      return mint(request, signal);
    };
  }

  /** Returns the access token that can be served without any call, or `undefined`. Throws a `TokenError` as above. */
  heldAccessToken(account: Account, request: AccessTokenRequest, trace?: CacheTrace): Token | undefined {
    return this.#cache.held(this.#asked(account, request).key, trace);
  }

  /** Returns the ID token that can be served without any call, or `undefined`. */
  heldIdToken(account: Account, request: IdTokenRequest, trace?: CacheTrace): Token | undefined {
    return this.#cache.held(idTokenKey(account, request), trace);
  }

  /** Forgets the tokens of an account, or all: the next request mints anew. */
  rotate(account?: Account): void {
    const prefix = account === undefined ? "" : `${account.email}\n`;
    this.#cache.clear((key) => key.startsWith(prefix));
  }
}

// Keys are the whole request: a token for one audience or scope set must never answer for another (peers.md 3).
const accessTokenKey = (account: Account, { scopes, lifetime }: AccessTokenRequest) =>
  `${account.email}\naccess\n${lifetime ?? ""}\n${scopes.join(" ")}`;
const idTokenKey = (account: Account, { audience, format, licenses }: IdTokenRequest) =>
  `${account.email}\nid\n${format}\n${licenses}\n${audience}`;

function refusal(account: Account, why: string | undefined, kind: string): TokenError {
  const reason = why === undefined ? "" : `: ${why}`;
  return new TokenError("unsupported", "credential", `Cannot make an ${kind} for ${account.email}${reason}`);
}
