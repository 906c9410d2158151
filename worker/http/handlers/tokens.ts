/**
 * `service-accounts/NAME/token` and `identity` (mds-behaviour.md 6): which scopes or audience are meant, and the token on
 * the wire. Where tokens come from is `tokens/`.
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { parseBoolean } from "../../metadata/query.ts";
import { type Found, isTrue } from "../../metadata/snapshot.ts";
import type { Clock } from "../../platform.ts";
import type { Account } from "../../tokens/accounts.ts";
import { type Token, TokenError } from "../../tokens/types.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

/** Longest audience or scope list that is taken: tokens are cached by it. */
const maxParameter = 4_096;

/** Builds the handler of the computed leaves of a service account. */
export function createTokenHandler(instance: Instance, style: Style, clock: Clock): (call: Call, found: Found) => Promise<Reply> {
  return async (call, { path }) => {
    const [, , name = "", kind] = path.split("/");
    const account = instance.account(name);
    if (account === undefined) return style.notFound(call.target);
    const query = new URLSearchParams(call.search);
    if (parseBoolean(query.get("wait_for_change"))) return style.error(400, "Invalid Request: a token cannot be waited for.");
    return kind === "token" ? accessToken(account, query) : identity(account, query);
  };

  async function accessToken(account: Account, query: URLSearchParams): Promise<Reply> {
    const scopes = scopesOf(account, query);
    const token = await instance.accessToken(account, { scopes });
    const body = `{"access_token":${JSON.stringify(token.value)},"expires_in":${secondsLeft(token, clock.now())},"token_type":"Bearer"}`;
    return reply(style.server, 200, "application/json", body);
  }

  /** On a VM `scopes` narrows only when it is enforced; on the serverless servers always (mds-behaviour.md 6.1). */
  function scopesOf(account: Account, query: URLSearchParams): readonly string[] {
    const enforced = enforcesScopes(query);
    const text = query.get("scopes") ?? "";
    if (text.length > maxParameter) throw refused(400, `The list of scopes is longer than ${maxParameter} characters`);
    const wanted = [...new Set(text.split(/[\s,]+/).filter((scope) => scope !== ""))].sort();
    if (wanted.length === 0 || !enforced) return [...new Set(account.scopes)].sort();
    const lacking = wanted.filter((scope) => !account.scopes.includes(scope));
    if (lacking.length === 0) return wanted;
    throw refused(403, `The account ${account.email} does not have the scope ${lacking.join(",").slice(0, 200)}`);
  }

  function enforcesScopes(query: URLSearchParams): boolean {
    const asked = query.get("enforce_scopes");
    if (asked !== null && !parseBoolean(asked)) throw refused(400, "Invalid value of parameter enforce_scopes: only true is supported");
    if (instance.preset !== "vm" || asked !== null) return true;
    return isTrue(instance.snapshot().attribute("enable-access-token-enforce-scopes"));
  }

  async function identity(account: Account, query: URLSearchParams): Promise<Reply> {
    const audience = query.get("audience") ?? "";
    if (audience === "") return reply(style.server, 400, "text/html", "non-empty audience parameter required\n");
    if (audience.length > maxParameter) throw refused(400, `The audience is longer than ${maxParameter} characters`);
    const format = (query.get("format") ?? "standard").toLowerCase() || "standard";
    if (format !== "standard" && format !== "full") throw refused(400, "Invalid value of parameter format: use standard or full");
    const token = await instance.idToken(account, { audience, format, licenses: parseBoolean(query.get("licenses")) });
    return reply(style.server, 200, "text/html", token.value);
  }
}

function refused(status: number, message: string): TokenError {
  return new TokenError("refused-request", "credential", message, { status });
}

/** Whole seconds that a token has left, never negative, never more than it was minted with. */
export function secondsLeft(token: Token, now: number): number {
  const left = Math.min(token.expiresAt - now, token.expiresAt - (token.mintedAt ?? now));
  return Math.max(0, Math.floor(left / 1000));
}
