/**
 * A fault rule in words.
 *
 * @module
 */
import type { FaultRule } from "./rule.ts";

/** Says what a rule does and to which path, for the journal. */
export function describeFault(rule: FaultRule): string {
  const { status, delayMs = 0, body, drop, truncate, tokenLifetime, upstream } = rule;
  const words = [
    ...(delayMs > 0 ? [`delay ${delayMs} ms`] : []),
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(body === undefined ? [] : ["body"]),
    ...(drop === true ? ["drop"] : []),
    ...(truncate === true ? ["truncate"] : []),
    ...(tokenLifetime === undefined ? [] : [`token lifetime ${tokenLifetime} s`]),
    ...(upstream === undefined ? [] : [`upstream ${upstream}`]),
  ];
  return `${words.join(", ") || "nothing"} (${rule.path})`;
}
