/**
 * Says what is waited for when something takes long, so that nobody looks at a silent program.
 *
 * @module
 */
import type { LogFields, Platform } from "../platform.ts";

const silentMs = 1_000;

/** Returns `work`; after a second the log says `message`, at `info`, once. */
export function noticed<T>(
  { clock, log }: Pick<Platform, "clock" | "log">,
  message: string,
  fields: LogFields,
  work: Promise<T>,
): Promise<T> {
  const cancel = clock.timer(silentMs, () => log("info", message, fields));
  return work.finally(cancel);
}
