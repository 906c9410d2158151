/**
 * Sockets that a service manager has opened for this process (`LISTEN_FDS`, sd_listen_fds(3)): systemd may hold port 80
 * and several addresses while the server itself has no right.
 *
 * @module
 */
import { ConfigurationError } from "../../lib/errors.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

const firstDescriptor = 3;

/** Returns the descriptors that are meant for process `pid`, in their order. */
export function inheritedSockets(env: Readonly<Record<string, string | undefined>>, pid: number): readonly number[] {
  const count = Number(env.LISTEN_FDS);
  // The variables of a parent, e.g. of npm, are none of our business.
  if (env.LISTEN_PID !== String(pid) || !Number.isSafeInteger(count) || count < 1) return [];
  return Array.from({ length: count }, (_, index) => firstDescriptor + index);
}

/** Accepts connections on all of `descriptors`. The address is that of the first. */
export async function openInherited(
  { name, listenOn }: Runtime,
  served: Served,
  descriptors: readonly number[],
): Promise<{ address: Address; listening: Listening }> {
  if (listenOn === undefined)
    throw new ConfigurationError([
      { at: "LISTEN_FDS", message: `The sockets of a service manager can be taken over on Node, not on ${name}` },
    ]);
  const opened = await Promise.all(descriptors.map((descriptor) => listenOn(served, descriptor)));
  const address = opened[0]?.address ?? { unixSocket: `descriptor ${firstDescriptor}` };
  const stop = async () => void (await Promise.all(opened.map((listening) => listening.stop())));
  return { address, listening: { port: opened[0]?.port, stop } };
}
