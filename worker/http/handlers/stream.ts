/**
 * `/emulator/v1/stream`: server-sent events for the inspector. Pages read it by `fetch`, which can send the control
 * token; `EventSource` cannot.
 *
 * @module
 */
import type { Call } from "../call.ts";
import type { TokenCheck } from "../control-token.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

/** Opens a stream; `undefined` when there are too many. Throws `NeedsOwner` in a view. */
export type OpenFeed = () => ReadableStream<Uint8Array> | undefined;

/** Builds the handler. */
export function createStreamHandler(style: Style, check: TokenCheck, open: OpenFeed): (call: Call) => Promise<Reply> {
  return async (call) => {
    const refusal = await check(call);
    if (refusal !== undefined) return refusal;
    const stream = call.method === "HEAD" ? undefined : open();
    if (stream === undefined && call.method !== "HEAD")
      return style.error(503, "Too many inspectors are open. Close one and try again.");
    const { headers, ...rest } = reply(style.server, 200, "text/event-stream", "", {
      headers: { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" },
    });
    const { "Content-Length": _, ...others } = headers;
    return { ...rest, headers: others, ...(stream === undefined ? {} : { stream }) };
  };
}
