/**
 * Answers as a `Response` on Bun and Deno. The handlers give the same answer again and again, and a clone costs less than
 * checking and copying its headers each time.
 *
 * @module
 */
import { type Reply, toResponse } from "../../http/reply.ts";

/** Builds the function that turns answers to `method` into responses. `extra` headers go on top. */
export function createResponder(): (
  answer: Reply,
  method: string,
  extra?: Readonly<Record<string, string>>,
) => Response {
  /** By answer; the first time it is only noted, for most of what is not kept never comes again. */
  const seen = new WeakMap<Reply, Response | undefined>();
  return (answer, method, extra) => {
    if (extra !== undefined || method === "HEAD") return toResponse(answer, method, { ...answer.headers, ...extra });
    const pattern = seen.get(answer);
    if (pattern !== undefined) return pattern.clone();
    seen.set(answer, seen.has(answer) ? toResponse(answer, method) : undefined);
    return toResponse(answer, method);
  };
}
