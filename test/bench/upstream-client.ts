/**
 * The bench's token broker, seen from the bench: how to start it, and how often it was asked.
 *
 * @module
 */
import { type RunningServer, scratchFolder, startCommand } from "../harness/server.ts";

/** Where the accounts are, whatever server is asked. */
export const accountsPath = "/computeMetadata/v1/instance/service-accounts";

/** Starts a broker of its own process. */
export function startUpstream(): Promise<RunningServer> {
  const command = { program: "node", args: ["test/bench/upstream.ts"], env: {} };
  return startCommand("node", command, scratchFolder("node"));
}

/** How many tokens were asked for under a name. */
export async function callsOf(upstream: RunningServer, name: string): Promise<number> {
  return Number(await (await fetch(`${upstream.origin}/${name}`)).text());
}
