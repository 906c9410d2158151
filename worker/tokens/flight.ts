/**
 * One flight of the token cache: a source at work, and the time that it has.
 *
 * @module
 */
import type { Clock } from "../platform.ts";
import { type Token, TokenError } from "./types.ts";

/** One flight's time, whatever its callers do. Clients' own limits are longer (interface.md: within 30 s). */
export const flightMs = 25_000;
/** What a source has then to say which step it stood at. */
const graceMs = 500;

/** Makes a token. The signal fires when the flight's time is over. */
export type Mint = (signal: AbortSignal) => Promise<Token>;

/** Runs `mint` within its time. Rejects with what it threw, with `unavailable`, or with `garbage` if the token is over. */
export function limited(mint: Mint, clock: Clock): Promise<Token> {
  const controller = new AbortController();
  const made = (async () => mint(controller.signal))();
  return new Promise<Token>((resolve, reject) => {
    let cancel = clock.timer(flightMs, () => {
      controller.abort();
      cancel = clock.timer(graceMs, () => reject(late()));
    });
    const land = (token: Token) => (token.expiresAt > clock.now() ? resolve(token) : reject(expired()));
    made.then(land, reject).finally(() => cancel());
  });
}

const late = () =>
  new TokenError("unavailable", "credential", `Cannot get a token: no answer within ${flightMs / 1000} s`);

const expired = () =>
  new TokenError(
    "garbage",
    "credential",
    "Cannot use the token that came: by this machine's clock it has expired already; check the clock",
  );
