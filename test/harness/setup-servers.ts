/**
 * The servers of a test file: one for each set-up that its rules name, all started at once.
 *
 * @module
 */
import { type SetupName, setups } from "../contract/wire/setups.ts";
import { type RunningServer, type Runtime, startServer } from "./server.ts";

/** Starts a server for every name. When one fails, the others are stopped and the failure is thrown. */
export async function startSetups(
  runtime: Runtime,
  names: Iterable<SetupName>,
): Promise<ReadonlyMap<SetupName, RunningServer>> {
  const wanted = [...new Set(names)];
  const results = await Promise.allSettled(wanted.map((name) => startServer(runtime, setups[name])));
  const servers = new Map<SetupName, RunningServer>();
  for (const [index, result] of results.entries()) {
    const name = wanted[index];
    if (result.status === "fulfilled" && name !== undefined) servers.set(name, result.value);
  }
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await stopSetups(servers);
    throw failed.reason;
  }
  return servers;
}

/** Stops all of them at once. */
export async function stopSetups(servers: ReadonlyMap<SetupName, RunningServer>): Promise<void> {
  await Promise.all([...servers.values()].map((server) => server.stop()));
}

/** Returns the server of a set-up. Throws when it was not started. */
export function serverOf(servers: ReadonlyMap<SetupName, RunningServer>, name: SetupName = "vm"): RunningServer {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`No server was started for the set-up "${name}"`);
  return server;
}
