/**
 * What was thrown, as an answer: one exhaustive table from cause to status (interface.md "What upstream failures
 * become"). Never 200, never 502: clients take 502 for "not on GCE".
 *
 * @module
 */
import { QueryError } from "../metadata/query.ts";
import { ShapeError } from "../metadata/tree.ts";
import { TokenError } from "../tokens/types.ts";
import { BodyRefused } from "./body.ts";
import type { Reply } from "./reply.ts";
import type { Style } from "./style.ts";

/** Turns an error into an answer; `undefined` for one that nobody foresaw. */
export function errorReply(error: unknown, style: Style): Reply | undefined {
  if (error instanceof TokenError) return tokenReply(error, style);
  if (error instanceof QueryError) return style.error(400, error.message);
  if (error instanceof ShapeError) return style.error(400, error.message);
  if (error instanceof BodyRefused) return style.error(error.status, error.message);
  return undefined;
}

function tokenReply(error: TokenError, style: Style): Reply {
  const seconds = error.retryAfterMs === undefined ? undefined : String(Math.ceil(error.retryAfterMs / 1000));
  const headers = seconds === undefined ? {} : { "Retry-After": seconds };
  return style.error(tokenStatus(error), error.message, { headers });
}

function tokenStatus(error: TokenError): number {
  switch (error.failure) {
    case "configuration":
    case "garbage":
      return 500;
    case "unsupported":
      return 404;
    case "unavailable":
      return 503;
    case "refused-request":
      return error.status ?? 400;
    case "rejected":
      return error.status !== undefined && error.status >= 400 && error.status < 500 ? error.status : 500;
  }
}
