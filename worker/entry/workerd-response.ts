/**
 * Answers as a `Response` on workerd. The handlers give the same answer again and again, and there a kept `Headers` object
 * costs a fifth of a record's seven headers, which cross from JavaScript one by one.
 *
 * @module
 */
import { type Reply, toResponse } from "../http/reply.ts";
import { fromSecondTime } from "./second-time.ts";

const keptHeaders = fromSecondTime((reply: Reply) => ({ headers: new Headers(dated(reply)), second: thisSecond() }));

/** Makes the response to a request. */
export function respond(reply: Reply, request: Request): Response {
  const { method } = request;
  if (!isCompressible(reply, request)) return toResponse(reply, method, headersOf(reply));
  return toResponse(reply, method, { ...dated(reply), "Content-Encoding": "identity" });
}

function headersOf(reply: Reply): HeadersInit {
  const kept = keptHeaders(reply);
  if (kept === undefined) return dated(reply);
  const second = thisSecond();
  if (kept.second !== second) {
    kept.second = second;
    kept.headers.set("Date", new Date().toUTCString());
  }
  return kept.headers;
}

const thisSecond = () => Math.floor(Date.now() / 1000);

/** workerd sends no `Date` of its own. */
function dated({ headers }: Reply): Record<string, string> {
  return { ...headers, Date: new Date().toUTCString() };
}

/** `wrangler dev` compresses what does not say how it is coded; the real server never does (clients.md R14). */
function isCompressible(reply: Reply, request: Request): boolean {
  if (reply.headers["Content-Type"]?.startsWith("application/text")) return false;
  return (request.cf?.clientAcceptEncoding ?? "") !== "";
}
