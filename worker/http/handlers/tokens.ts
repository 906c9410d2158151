/**
 * `service-accounts/NAME/token` and `identity` (mds-behaviour.md 6): which scopes or audience are meant, and the token on
 * the wire. Where tokens come from is `tokens/`.
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { whenReady } from "../../lib/ready.ts";
import { parseBoolean, QueryError } from "../../metadata/query.ts";
import { type Found, isTrue } from "../../metadata/snapshot.ts";
import type { Platform } from "../../platform.ts";
import type { Account } from "../../tokens/accounts.ts";
import { type AccessTokenRequest, type IdTokenRequest, type Token, TokenError } from "../../tokens/types.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";
import type { Plan } from "./metadata.ts";

/** Longest audience or scope list that is taken: tokens are cached by it. */
export const maxParameter = 4_096;

/** What a target asks of an account, and the answer while its token and its second last. */
interface Asked<R> {
  readonly account: Account;
  readonly request: R;
  answer?: { readonly token: Token; readonly seconds: number; readonly reply: Reply };
}

/** Builds what plans the answers of the computed leaves of a service account. A plan is of one version of the metadata. */
export function createTokenHandler(
  instance: Instance,
  style: Style,
  { clock, log }: Pick<Platform, "clock" | "log">,
): (call: Call, found: Found) => Plan {
  const told = new Set<string>();

  return (call, { path }) => {
    const [, , name = "", kind] = path.split("/");
    const query = new URLSearchParams(call.search);
    return kind === "token" ? planAccessToken(name, query) : planIdentity(name, query);
  };

  function planAccessToken(name: string, query: URLSearchParams): Plan {
    let asked: Asked<AccessTokenRequest> | undefined;
    return (call) => {
      const account = instance.account(name);
      if (account === undefined) return style.notFound(call.target);
      const { trace } = call;
      trace.account = account.email;
      // Another configuration may have another account of this name.
      if (asked?.account !== account) {
        refuseWait(query);
        asked = { account, request: { scopes: scopesOf(account, query) } };
      }
      const { request } = asked;
      trace.scopes = request.scopes;
      const now = asked;
      return whenReady(instance.accessToken(account, request, trace), (token) => accessTokenReply(now, token));
    };
  }

  function accessTokenReply(asked: Asked<AccessTokenRequest>, token: Token): Reply {
    const seconds = secondsLeft(token, clock.now());
    if (asked.answer?.token !== token || asked.answer.seconds !== seconds) {
      const body = `{"access_token":${JSON.stringify(token.value)},"expires_in":${seconds},"token_type":"Bearer"}`;
      asked.answer = { token, seconds, reply: reply(style.server, 200, "application/json", body) };
    }
    return asked.answer.reply;
  }

  function planIdentity(name: string, query: URLSearchParams): Plan {
    let asked: Asked<IdTokenRequest> | undefined;
    return (call) => {
      const account = instance.account(name);
      if (account === undefined) return style.notFound(call.target);
      const { trace } = call;
      trace.account = account.email;
      refuseWait(query);
      if ((query.get("audience") ?? "") === "")
        return reply(style.server, 400, "text/html", "non-empty audience parameter required\n");
      if (asked?.account !== account) asked = { account, request: identityRequest(query) };
      const { request } = asked;
      trace.audience = request.audience;
      const now = asked;
      return whenReady(instance.idToken(account, request, trace), (token) => {
        if (request.format === "full" && trace.cache === "minted") tellOfClaims(account);
        return identityReply(now, token);
      });
    };
  }

  /** Once for each account: what `format=full` and `licenses` cannot add to a token of Google's. */
  function tellOfClaims({ email, source }: Account): void {
    if (source.machineClaims === true || told.has(email)) return;
    told.add(email);
    log(
      "warn",
      `ID tokens of ${email} have no google.compute_engine claims: outside Google Cloud nobody can vouch for them`,
    );
  }

  function identityReply(asked: Asked<IdTokenRequest>, token: Token): Reply {
    if (asked.answer?.token !== token)
      asked.answer = { token, seconds: 0, reply: reply(style.server, 200, "text/html", token.value) };
    return asked.answer.reply;
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
}

function identityRequest(query: URLSearchParams): IdTokenRequest {
  const audience = query.get("audience") ?? "";
  if (audience.length > maxParameter) throw refused(400, `The audience is longer than ${maxParameter} characters`);
  const format = (query.get("format") ?? "standard").toLowerCase() || "standard";
  if (format !== "standard" && format !== "full")
    throw refused(400, "Invalid value of parameter format: use standard or full");
  return { audience, format, licenses: parseBoolean(query.get("licenses")) };
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
