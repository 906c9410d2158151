/**
 * Opens the listener that was asked for, or tells in a sentence why it cannot.
 *
 * @module
 */
import type { Address, Listening, Runtime, Served } from "./types.ts";

/** Listens. Rejects with an `Error` whose message is for people. */
export async function openListener(runtime: Runtime, served: Served, address: Address): Promise<Listening> {
  try {
    if (!("unixSocket" in address)) return await runtime.listen(served, address);
    // Few listen on one, and the modules for it are large on some runtimes.
    const { openUnixSocket } = await import("./unix-socket.ts");
    return await openUnixSocket(address.unixSocket, () => runtime.listen(served, address));
  } catch (error) {
    const where = "unixSocket" in address ? `the socket "${address.unixSocket}"` : `${address.host}:${address.port}`;
    throw new Error(`Cannot listen on ${where}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Returns `http://HOST:PORT` as a client reaches it, or `unix:PATH`. */
export function urlOf(address: Address, port: number | undefined): string {
  if ("unixSocket" in address) return `unix:${address.unixSocket}`;
  const anywhere = address.host === "0.0.0.0" || address.host === "::";
  const host = anywhere ? "127.0.0.1" : address.host.includes(":") ? `[${address.host}]` : address.host;
  return `http://${host}:${port}`;
}

function reasonOf(error: unknown): string {
  const text =
    error instanceof Error
      ? `${(error as NodeJS.ErrnoException).code ?? ""} ${error.name} ${error.message}`
      : String(error);
  if (/EADDRINUSE|AddrInUse|in use/i.test(text))
    return "the address is in use; choose another --port, or 0 for a free one";
  if (/EACCES|PermissionDenied|permission/i.test(text)) return "not permitted; ports below 1024 need more rights";
  if (/EADDRNOTAVAIL|AddrNotAvailable|not available/i.test(text)) return "this machine does not have that address";
  return error instanceof Error ? error.message : String(error);
}
