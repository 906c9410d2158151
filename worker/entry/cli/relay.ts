/**
 * `relay`: a metadata server for SDKs on this machine whose answers come from a service, with the credential added.
 *
 * @module
 */
import process from "node:process";
import { createRelay, type Relay } from "../../relay/relay.ts";
import { createLog } from "../../telemetry/log.ts";
import { openListener, urlOf } from "../listen/open.ts";
import type { Runtime } from "../listen/types.ts";
import { createPlatform } from "../platform.ts";
import { clientLines } from "./banner.ts";
import { createCredential } from "./credential.ts";
import { parseRelayArguments, type RelayFlags, relayHelp } from "./relay-flags.ts";
import { endOnSignal } from "./serve.ts";

/** Runs the relay until SIGTERM or SIGINT. Throws a `ConfigurationError` for what the user has to mend. */
export async function relay(args: readonly string[], runtime: Runtime): Promise<void> {
  const flags = parseRelayArguments(args);
  if (flags === "help") {
    process.stdout.write(`${relayHelp}\n`);
    return;
  }
  const made = await openRelay(flags, runtime);
  const listening = await openListener(runtime, made, flags.address);
  endOnSignal(made, listening);
  const base = urlOf(flags.address, listening.port);
  process.stdout.write(`gce-metadata-emulator relay ready on ${base}\n`);
  for (const line of [`  service   ${flags.to}`, ...clientLines(base)]) write(line);
}

/** Builds the relay of these flags, with this process's log. */
export async function openRelay(flags: RelayFlags, runtime: Runtime): Promise<Relay> {
  const log = createLog({ level: flags.logLevel, format: flags.logFormat, now: Date.now, write });
  const platform = createPlatform(runtime, log);
  const credential = await createCredential(flags.credential, platform);
  return createRelay({ to: flags.to, credential, allowedHosts: flags.allowedHosts }, platform);
}

function write(line: string): void {
  process.stderr.write(`${line}\n`);
}
