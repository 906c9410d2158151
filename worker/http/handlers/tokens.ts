/**
 * `service-accounts/NAME/token` and `identity` (mds-behaviour.md 6): which scopes or audience are meant, and the token on
 * the wire. Where tokens come from is `tokens/`.
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { parseBoolean, QueryError } from "../../metadata/query.ts";
import { type Found, isTrue } from "../../metadata/snapshot.ts";
import type { Clock } from "../../platform.ts";
import type { Account } from "../../tokens/accounts.ts";
import { type Token, TokenError } from "../../tokens/types.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

/** Longest audience or scope list that is taken: tokens are cached by it. */
const maxParameter = 4_096;

/** What a target asked for last, and the answer while its token and its second last. */
interface Plan {
  readonly account: Account;
  /** Of the metadata that the scopes were settled with. */
  readonly version: number;
  readonly scopes: readonly string[];
  answer?: { readonly token: Token; readonly seconds: number; readonly reply: Reply };
}

/** Targets whose plan is kept: clients repeat the same few. */
const maxPlans = 200;

/** Builds the handler of the computed leaves of a service account. */
export function createTokenHandler(
  instance: Instance,
  style: Style,
  clock: Clock,
): (call: Call, found: Found) => Promise<Reply> {
  const plans = new Map<string, Plan>();

  return async (call, { path }) => {
    const [, , name = "", kind] = path.split("/");
    const account = instance.account(name);
    if (account === undefined) return style.notFound(call.target);
    call.trace.account = account.email;
    if (kind === "token") return accessToken(planOf(call, account), call);
    const query = new URLSearchParams(call.search);
    refuseWait(query);
    return identity(account, query, call);
  };

  async function accessToken(plan: Plan, { trace }: Call): Promise<Reply> {
    trace.scopes = plan.scopes;
    const token = await instance.accessToken(plan.account, { scopes: plan.scopes }, trace);
    const seconds = secondsLeft(token, clock.now());
    if (plan.answer?.token !== token || plan.answer.seconds !== seconds) {
      const body = `{"access_token":${JSON.stringify(token.value)},"expires_in":${seconds},"token_type":"Bearer"}`;
      plan.answer = { token, seconds, reply: reply(style.server, 200, "application/json", body) };
    }
    return plan.answer.reply;
  }

  function planOf(call: Call, account: Account): Plan {
    const { version } = instance.snapshot();
    const known = plans.get(call.target);
    if (known?.account === account && known.version === version) return known;
    const query = new URLSearchParams(call.search);
    refuseWait(query);
    const plan = { account, version, scopes: scopesOf(account, query) };
    if (plans.size >= maxPlans) plans.clear();
    plans.set(call.target, plan);
    return plan;
  }

  /** On a VM `scopes` narrows only when it is enforced; on the serverless servers always (mds-behaviour.md 6.1). */
  function scopesOf(account: Account, query: URLSearchParams): readonly string[] {
    const enforced = enforcesScopes(query);
    const text = query.get("scopes") ?? "";
    if (text.length > maxParameter) throw refused(400, `The list of scopes is longer than ${maxParameter} characters`);
    const wanted = [...new Set(text.split(/[\s,]+/).filter((scope) => scope !== ""))].sort();
    if (account.judged === true && wanted.length > 0) return wanted;
    if (wanted.length === 0 || !enforced) return [...new Set(account.scopes)].sort();
    const lacking = wanted.filter((scope) => !account.scopes.includes(scope));
    if (lacking.length === 0) return wanted;
    throw refused(403, `The account ${account.email} does not have the scope ${lacking.join(",").slice(0, 200)}`);
  }

  function enforcesScopes(query: URLSearchParams): boolean {
    const asked = query.get("enforce_scopes");
    if (asked !== null && !parseBoolean(asked))
      throw refused(400, "Invalid value of parameter enforce_scopes: only true is supported");
    if (instance.preset !== "vm" || asked !== null) return true;
    return isTrue(instance.snapshot().attribute("enable-access-token-enforce-scopes"));
  }

  async function identity(account: Account, query: URLSearchParams, { trace }: Call): Promise<Reply> {
    const audience = query.get("audience") ?? "";
    if (audience === "") return reply(style.server, 400, "text/html", "non-empty audience parameter required\n");
    if (audience.length > maxParameter) throw refused(400, `The audience is longer than ${maxParameter} characters`);
    const format = (query.get("format") ?? "standard").toLowerCase() || "standard";
    if (format !== "standard" && format !== "full")
      throw refused(400, "Invalid value of parameter format: use standard or full");
    trace.audience = audience;
    const licenses = parseBoolean(query.get("licenses"));
    const token = await instance.idToken(account, { audience, format, licenses }, trace);
    return reply(style.server, 200, "text/html", token.value);
  }
}

function refuseWait(query: URLSearchParams): void {
  if (parseBoolean(query.get("wait_for_change"))) throw new QueryError("Invalid Request: a token cannot be waited for");
}

function refused(status: number, message: string): TokenError {
  return new TokenError("refused-request", "credential", message, { status });
}

/** Whole seconds that a token has left, never negative, never more than it was minted with. */
export function secondsLeft(token: Token, now: number): number {
  const left = Math.min(token.expiresAt - now, token.expiresAt - (token.mintedAt ?? now));
  return Math.max(0, Math.floor(left / 1000));
}
