/**
 * The one home of an instance's state: metadata, waiters, accounts and their tokens. Handlers talk to this interface and
 * never know where the state lives: in memory on Node, Deno and Bun, inside a Durable Object on workerd.
 *
 * @module
 */

import type { JsonObject } from "../lib/json.ts";
import type { Preset } from "../metadata/defaults.ts";
import type { Change } from "../metadata/document.ts";
import type { Snapshot } from "../metadata/snapshot.ts";
import type { Store } from "../metadata/store.ts";
import type { WaitOutcome, WaitRequest } from "../metadata/waiters.ts";
import type { Account, Accounts } from "../tokens/accounts.ts";
import type { CacheTrace } from "../tokens/cache-entry.ts";
import type { AccessTokenRequest, IdTokenRequest, Token } from "../tokens/types.ts";

export interface Instance {
  readonly preset: Preset;
  /** The metadata as it is now. */
  snapshot(): Snapshot;
  /** The account that an e-mail or alias means. */
  account(name: string): Account | undefined;
  /** A held token at once, or the promise of one. Fails with a `TokenError`. `trace` is told how it came. */
  accessToken(account: Account, request: AccessTokenRequest, trace?: CacheTrace): Token | Promise<Token>;
  idToken(account: Account, request: IdTokenRequest, trace?: CacheTrace): Token | Promise<Token>;
  /** Waits for the next change of a node. */
  wait(request: WaitRequest): Promise<WaitOutcome>;
  /** Makes changes; see `Store.write`. */
  write(plan: (document: JsonObject) => readonly Change[]): Promise<void>;
}

/** An instance whose state is here. */
export function createInstance(preset: Preset, store: Store, accounts: () => Accounts): Instance {
  return {
    preset,
    snapshot: () => store.snapshot,
    account: (name) => accounts().get(name),
    accessToken: (account, request, trace) => accounts().accessToken(account, request, trace),
    idToken: (account, request, trace) => accounts().idToken(account, request, trace),
    wait: (request) => store.waiters.wait(request),
    write: (plan) => store.write(plan),
  };
}

/** Thrown by a view where only the instance itself can answer: a call out, a wait, a change. */
export class NeedsOwner extends Error {
  override readonly name = "NeedsOwner";
}

/**
 * A view for requests that run outside the instance's own context (on workerd, whose promises and timers belong to the
 * request that made them): it serves what is there already and throws `NeedsOwner` for everything else.
 */
export function heldView(preset: Preset, store: Store, accounts: () => Accounts): Instance {
  const owner = (): never => {
    throw new NeedsOwner("Only the instance itself can do this");
  };
  return {
    preset,
    snapshot: () => store.snapshot,
    account: (name) => accounts().get(name),
    accessToken: (account, request, trace) => accounts().heldAccessToken(account, request, trace) ?? owner(),
    idToken: (account, request, trace) => accounts().heldIdToken(account, request, trace) ?? owner(),
    wait: owner,
    write: owner,
  };
}
