/**
 * Opens the listener that was asked for: tells in a sentence why it cannot, and clears the way for a Unix socket whose
 * server is gone.
 *
 * @module
 */
import { once } from "node:events";
import { chmod, lstat, rm } from "node:fs/promises";
import { connect } from "node:net";
import process from "node:process";
import type { Address, Listening, Runtime, Served } from "./types.ts";

/** Listens. Rejects with an `Error` whose message is for people. */
export async function openListener(runtime: Runtime, served: Served, address: Address): Promise<Listening> {
  try {
    if (!("unixSocket" in address)) return await runtime.listen(served, address);
    await clear(address.unixSocket);
    const listening = await privately(() => runtime.listen(served, address));
    // Whoever may write to a socket may connect to it.
    await chmod(address.unixSocket, 0o600);
    const remove = () => rm(address.unixSocket, { force: true });
    return { port: undefined, stop: () => listening.stop().finally(remove) };
  } catch (error) {
    const where = "unixSocket" in address ? `the socket "${address.unixSocket}"` : `${address.host}:${address.port}`;
    throw new Error(`Cannot listen on ${where}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Makes files for their owner alone from the first moment on, where the process may say so (a Node worker may not). */
async function privately<T>(make: () => Promise<T>): Promise<T> {
  const before = narrow(0o177);
  try {
    return await make();
  } finally {
    if (before !== undefined) narrow(before);
  }
}

function narrow(mask: number): number | undefined {
  try {
    return process.umask(mask);
  } catch {
    return undefined;
  }
}

/** Returns `http://HOST:PORT` as a client reaches it, or `unix:PATH`. */
export function urlOf(address: Address, port: number | undefined): string {
  if ("unixSocket" in address) return `unix:${address.unixSocket}`;
  const anywhere = address.host === "0.0.0.0" || address.host === "::";
  const host = anywhere ? "127.0.0.1" : address.host.includes(":") ? `[${address.host}]` : address.host;
  return `http://${host}:${port}`;
}

/** Removes a socket that nobody answers on. What else has that name is not ours to remove. */
async function clear(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error("there is a file of that name, which is no socket");
  if (await answers(path)) throw new Error("a server answers on it already; stop it, or choose another --unix-socket");
  await rm(path, { force: true });
}

async function answers(path: string): Promise<boolean> {
  const socket = connect({ path });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
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
