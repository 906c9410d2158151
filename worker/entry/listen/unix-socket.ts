/**
 * Listens on a Unix socket: clears the way where the server of an old one is gone, and lets nobody but the owner connect.
 *
 * @module
 */
import { once } from "node:events";
import { chmod, lstat, rm } from "node:fs/promises";
import { connect } from "node:net";
import process from "node:process";
import type { Listening } from "./types.ts";

/** Has `listen` make the socket at `path`, which goes when that stops. */
export async function openUnixSocket(path: string, listen: () => Promise<Listening>): Promise<Listening> {
  await clear(path);
  const listening = await privately(listen);
  // Whoever may write to a socket may connect to it.
  await chmod(path, 0o600);
  const remove = () => rm(path, { force: true });
  return { port: undefined, stop: () => listening.stop().finally(remove) };
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
