/**
 * An instance as the clients of one rule see it: the rule's account is `default` and there is no other, its scopes are
 * the rule's, and what the rule does not allow is refused before anybody is called.
 *
 * @module
 */
import { matchesGlob } from "../auth/glob.ts";
import type { ClientSettings } from "../config/settings.ts";
import type { Emulator } from "../emulator.ts";
import { shownAccounts, treeOf } from "../instance/identities.ts";
import type { Instance } from "../instance/instance.ts";
import { additionsOf } from "../metadata/additions.ts";
import { withChange } from "../metadata/document.ts";
import { Snapshot } from "../metadata/snapshot.ts";
import { Waiters } from "../metadata/waiters.ts";
import type { Platform } from "../platform.ts";
import type { Account } from "../tokens/accounts.ts";
import type { CacheTrace } from "../tokens/cache-entry.ts";
import { type AccessTokenRequest, type IdTokenRequest, TokenError } from "../tokens/types.ts";
import { createDownscoper } from "./downscoper.ts";

/** A view, and its waiting requests. */
export interface View extends Instance {
  /** Number of requests that wait. */
  readonly waiting: number;
  close(): void;
}

/** Builds the view of `rule` on an instance. */
export function createView(emulator: Emulator, rule: ClientSettings, platform: Platform): View {
  const { instance, store } = emulator;
  const waiters = new Waiters(platform.clock, platform.maxWaitMs);
  const account = remembered(
    () => emulator.accounts().named(rule.account),
    (base) => base && narrowed(base, rule),
  );
  const snapshot = remembered(
    () => store.snapshot,
    (base) => new Snapshot(shown(base, account()), additionsOf[instance.preset], base.version),
  );
  const unsubscribe = store.subscribe(() => waiters.notify(snapshot()));
  const base = () => emulator.accounts().named(rule.account) ?? gone(rule);
  const mint = (request: AccessTokenRequest, trace?: CacheTrace) =>
    emulator.accounts().accessToken(base(), request, trace);
  const downscoped =
    rule.boundary === undefined ? undefined : createDownscoper(rule.boundary, mint, emulator, platform);

  return {
    preset: instance.preset,
    snapshot,
    account: (name) => {
      const own = account();
      return own !== undefined && (name === "default" || name === own.email) ? own : undefined;
    },
    accessToken(own, { scopes }, trace) {
      assertScopes(rule, base(), scopes);
      const { maxLifetime } = rule;
      const { lifetime: usual = 3600 } = base().source;
      const request = { scopes, ...(maxLifetime === undefined ? {} : { lifetime: Math.min(maxLifetime, usual) }) };
      return downscoped === undefined ? mint(request, trace) : downscoped(own, request, trace);
    },
    idToken(_, request: IdTokenRequest, trace) {
      assertAudience(rule, request.audience);
      return emulator.accounts().idToken(base(), request, trace);
    },
    wait: (request) => waiters.wait(request),
    write: (plan) => instance.write(plan),
    get waiting() {
      return waiters.count;
    },
    close() {
      unsubscribe();
      waiters.close();
    },
  };
}

/** Makes something out of something else, and makes it again only when that has changed. */
function remembered<Input, Output>(read: () => Input, make: (input: Input) => Output): () => Output {
  let held: { readonly input: Input; readonly output: Output } | undefined;
  return () => {
    const input = read();
    if (held?.input !== input) held = { input, output: make(input) };
    return held.output;
  };
}

function narrowed(base: Account, rule: ClientSettings): Account {
  return { email: base.email, aliases: ["default"], scopes: scopesOf(base, rule), source: base.source, judged: true };
}

/** Patterns are no scopes: of the account's own ones, those that a pattern means are shown. */
function scopesOf(base: Account, { scopes }: ClientSettings): readonly string[] {
  if (scopes === undefined) return base.scopes;
  const named = scopes.filter((scope) => !scope.includes("*"));
  const meant = base.scopes.filter((scope) => scopes.some((pattern) => matchesGlob(pattern, scope)));
  return [...new Set([...named, ...meant])];
}

function shown({ document }: Snapshot, account: Account | undefined): Snapshot["document"] {
  return withChange(document, { path: shownAccounts, value: account === undefined ? {} : treeOf([account]) });
}

function assertScopes(rule: ClientSettings, base: Account, wanted: readonly string[]): void {
  if (wanted.length === 0) throw refused("This client has no scopes by default; name one in the request");
  const allowed = rule.scopes ?? base.scopes;
  const lacking = wanted.filter((scope) => !allowed.some((pattern) => matchesGlob(pattern, scope)));
  if (lacking.length > 0) throw refused(`This client may not have the scope ${lacking.join(",").slice(0, 200)}`);
}

function assertAudience({ audiences }: ClientSettings, audience: string): void {
  if (audiences.length === 0) throw refused("This client may not have ID tokens");
  if (!audiences.some((pattern) => matchesGlob(pattern, audience)))
    throw refused(`This client may not have ID tokens for the audience "${audience.slice(0, 200)}"`);
}

function refused(message: string): TokenError {
  return new TokenError("refused-request", "credential", message, { status: 403 });
}

function gone({ account }: ClientSettings): never {
  throw new TokenError("configuration", "credential", `The account "${account}" of this client's rule is not there`);
}
