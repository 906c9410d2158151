/**
 * Errors of the control API: JSON, never the pages of the imitated server.
 *
 * @module
 */
import { type Reply, reply } from "./reply.ts";
import type { Style } from "./style.ts";

/** What no answer of the control API may be without. */
export const standing = { "Cache-Control": "no-store" };

/** Builds the answer `{"error": …}`. */
export function refusal(
  style: Style,
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const options = { headers: { ...standing, ...headers } };
  return reply(style.server, status, "application/json", JSON.stringify({ error }), options);
}
