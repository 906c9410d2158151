/**
 * Bodies that break, for faults: some bytes of the real one, or none, and then an error, on which the runtime ends the
 * connection.
 *
 * @module
 */
import { systemClock } from "../lib/clock.ts";

/** What has been sent gets this long to leave before the connection breaks. */
const leaveMs = 30;

/** Returns a stream of the first half of `body` (nothing with `drop`) that fails then. */
export function brokenBody(body: string | Uint8Array, how: "drop" | "truncate"): ReadableStream<Uint8Array> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let rest = how === "drop" ? undefined : bytes.slice(0, Math.ceil(bytes.length / 2));
  return new ReadableStream({
    async pull(controller) {
      if (rest === undefined) {
        controller.error(new Error("A fault rule breaks this connection"));
        return;
      }
      if (rest.length > 0) controller.enqueue(rest);
      rest = undefined;
      await new Promise<void>((resolve) => systemClock.timer(leaveMs, resolve));
    },
  });
}
