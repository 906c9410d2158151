/**
 * Lengths of time as people write them in events and scenarios: `500ms`, `30s`, `1m30s`, or a number of seconds.
 *
 * @module
 */
import * as v from "valibot";

/** Longest time that is taken, in milliseconds: runtimes' timers end at 2^31 milliseconds. */
const maxMs = 20 * 24 * 3_600_000;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Returns milliseconds, or `undefined` for anything that is no length of time between 0 and 20 days. */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === "number" ? value * 1_000 : typeof value === "string" ? textMs(value) : undefined;
  return ms !== undefined && ms >= 0 && ms <= maxMs ? Math.round(ms) : undefined;
}

function textMs(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    ms += Number(count) * (unitMs[unit] ?? 0);
  return ms;
}

/** A length of time in a schema; its output is milliseconds. */
export const durationSchema = v.pipe(
  v.custom<string | number>(
    (value) => parseDuration(value) !== undefined,
    'Must be a length of time up to 20 days: "500ms", "30s", "2m", or a number of seconds',
  ),
  v.metadata({ jsonSchema: { type: ["string", "number"] } }),
  v.transform((value) => parseDuration(value) ?? 0),
);
