/**
 * `relay`: a metadata server for SDKs on this machine whose answers come from a service, with the credential added.
 *
 * @module
 */
import process from "node:process";
import { ConfigurationError } from "../../lib/errors.ts";
import { createRelay, type Relay } from "../../relay/relay.ts";
import { createLog } from "../../telemetry/log.ts";
import { openListener, urlOf } from "../listen/open.ts";
import type { Listening, Runtime } from "../listen/types.ts";
import { createPlatform } from "../platform.ts";
import { clientLines } from "./banner.ts";
import { commandHelp } from "./command-help.ts";
import { createCredential } from "./credential.ts";
import type { Beside } from "./exec.ts";
import { parseRelayArguments, type RelayFlags } from "./relay-flags.ts";
import { endOnSignal } from "./serve.ts";
import { complain, print } from "./terminal.ts";
import { addressWarning } from "./warnings.ts";

/** Runs the relay until SIGTERM or SIGINT. Throws a `ConfigurationError` for what the user has to mend. */
export async function relay(args: readonly string[], runtime: Runtime): Promise<void> {
  const flags = parseRelayArguments(args);
  if (flags === "help") return print(commandHelp("relay"));
  const { listening, served } = await openRelay(flags, runtime);
  endOnSignal(served, listening);
  const base = urlOf(flags.address, listening.port);
  print(`gce-metadata-emulator relay ready on ${base}`);
  if (flags.logFormat === "json") return;
  for (const line of [`  service   ${flags.to}`, ...clientLines(base)]) complain(line);
}

/** `exec --to`: the same for one command, on a free port. The credential does not reach the command. */
export async function execRelayed(
  args: readonly string[],
  command: readonly string[],
  runtime: Runtime,
): Promise<Beside> {
  const flags = parseRelayArguments(args, { port: "0", logLevel: "warn" });
  if (flags === "help" || "unixSocket" in flags.address || command.length === 0)
    throw new ConfigurationError([
      { at: "exec", message: "Takes the flags of relay without --unix-socket, then -- CMD" },
    ]);
  const { listening, served } = await openRelay(flags, runtime);
  if ("variable" in flags.credential) delete process.env[flags.credential.variable];
  return { host: urlOf(flags.address, listening.port).slice("http://".length), listening, served };
}

async function openRelay(flags: RelayFlags, runtime: Runtime): Promise<{ served: Relay; listening: Listening }> {
  const log = createLog({ level: flags.logLevel, format: flags.logFormat, now: Date.now, write: complain });
  const platform = createPlatform(runtime, log);
  const credential = await createCredential(flags.credential, platform);
  const served = createRelay({ to: flags.to, credential, allowedHosts: flags.allowedHosts }, platform);
  const listening = await openListener(runtime, served, flags.address);
  const warning = addressWarning(flags.address);
  if (warning !== undefined) log("warn", warning);
  return { served, listening };
}
