/**
 * Answers as a `Response` on Bun and Deno. The handlers give the same answer again and again, and a clone costs less than
 * checking and copying its headers each time.
 *
 * @module
 */
import { type Reply, toResponse } from "../../http/reply.ts";
import { fromSecondTime } from "../second-time.ts";

const pattern = fromSecondTime((answer: Reply) => toResponse(answer, "GET"));

/** Makes the response to a request with `method`. `extra` headers go on top. */
export function respond(answer: Reply, method: string, extra?: Readonly<Record<string, string>>): Response {
  if (extra !== undefined || method === "HEAD") return toResponse(answer, method, { ...answer.headers, ...extra });
  return pattern(answer)?.clone() ?? toResponse(answer, method);
}
