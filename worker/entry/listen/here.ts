/**
 * The runtime of sockets that this process is: Bun, Deno or Node. Its adapter alone is loaded.
 *
 * @module
 */
import type { Runtime } from "./types.ts";

/** Returns the adapter. */
export async function runtimeHere(): Promise<Runtime> {
  if ("Bun" in globalThis) return (await import("./bun.ts")).bun;
  if ("Deno" in globalThis) return (await import("./deno.ts")).deno;
  return (await import("./node.ts")).node;
}
