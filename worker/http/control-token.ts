/**
 * The control token: who may see and change what the real server does not show. It is taken from `Authorization: Bearer`
 * only; a query or a cookie would end in histories and be sent along by browsers.
 *
 * @module
 */
import type { Call } from "./call.ts";
import { refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";
import type { Style } from "./style.ts";

/** Returns the refusal of a call, or nothing. Without a token everything is refused as if there were nothing (404). */
export type TokenCheck = (call: Call) => Promise<Reply | undefined>;

/** Who may: whoever has the token (nobody without one), or whoever came so far, which a service has settled before. */
export type ControlAccess = { readonly token: string | undefined } | "open" | "closed";

/** Builds the check. */
export function createTokenCheck(access: ControlAccess, style: Style): TokenCheck {
  if (access === "open") return async () => undefined;
  const token = access === "closed" ? undefined : access.token;
  const wanted = token === undefined ? undefined : digest(token);
  return async (call) => {
    if (wanted === undefined) return style.notFound(call.target);
    const given = /^Bearer +(\S+)$/i.exec(call.header("authorization") ?? "")?.[1];
    if (given !== undefined && isSame(await digest(given), await wanted)) return undefined;
    const error = "This needs the header Authorization: Bearer TOKEN with the control token";
    return refusal(style, 401, error, { "WWW-Authenticate": "Bearer" });
  };
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Looks at every byte, so that the time taken tells nothing of the token. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.reduce((difference, byte, i) => difference | (byte ^ (b[i] ?? 0)), 0) === 0;
}
