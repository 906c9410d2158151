/**
 * `serve`: settings from flags, environment and file; a server; an orderly end.
 *
 * @module
 */
import process from "node:process";
import type { FlagValues } from "../../config/flag-values.ts";
import { loadSettings } from "../../config/load.ts";
import type { Settings } from "../../config/settings.ts";
import { createEmulatorCore } from "../../emulator.ts";
import type { Platform } from "../../platform.ts";
import { createService } from "../../service/service.ts";
import { createLog } from "../../telemetry/log.ts";
import { readFolder } from "../folder.ts";
import type { Address, Listening, Runtime, Served } from "../listen/types.ts";
import { createPlatform } from "../platform.ts";
import { banner, serviceBanner } from "./banner.ts";
import { parseServeArguments } from "./flags.ts";
import { helpText } from "./help.ts";

/** Open requests get this long to end after SIGTERM; waiting ones end at once. */
const closeMs = 2_000;

/** Runs the server until SIGTERM or SIGINT. Throws a `ConfigurationError` for what the user has to mend. */
export async function serve(args: readonly string[], runtime: Runtime): Promise<void> {
  const flags = parseServeArguments(args);
  if (flags.help === true) {
    process.stdout.write(`${helpText()}\n`);
    return;
  }
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  const early = createPlatform(runtime, createLog({ level: "warn", format: "text", now: Date.now, write }));
  const settings = await load(flags, early);
  const colour = process.stderr.isTTY === true && (process.env.NO_COLOR ?? "") === "";
  const log = createLog({ level: settings.logLevel, format: settings.logFormat, colour, now: Date.now, write });
  const platform = createPlatform(runtime, log);
  const address = addressOf(flags);
  if (settings.service !== undefined) {
    const service = await createService(settings, platform, { audit: write });
    const listening = await listen(runtime, service, address);
    endOnSignal(service, listening);
    process.stdout.write(`${serviceBanner(settings.service, listening.port, address)}\n`);
    return;
  }
  const emulator = await createEmulatorCore(settings, platform);
  const listening = await listen(runtime, emulator, address);
  endOnSignal(emulator, listening);
  const { ready, details } = banner(emulator, listening.port, address);
  process.stdout.write(`${ready}\n`);
  for (const line of details) write(line);
}

/** Settings with what only a process can read: the folder of `--metadata-dir`. */
async function load(flags: FlagValues, platform: Platform): Promise<Settings> {
  const settings = await loadSettings({ flags, env: process.env }, platform);
  return flags.metadataDir === undefined ? settings : { ...settings, folder: await readFolder(flags.metadataDir) };
}

function addressOf({ host = "127.0.0.1", port = 8080, unixSocket }: FlagValues): Address {
  return unixSocket === undefined ? { host, port } : { unixSocket };
}

async function listen(runtime: Runtime, emulator: Served, address: Address): Promise<Listening> {
  try {
    return await runtime.listen(emulator, address);
  } catch (error) {
    const where = "unixSocket" in address ? `the socket "${address.unixSocket}"` : `${address.host}:${address.port}`;
    throw new Error(`Cannot listen on ${where}: ${reasonOf(error)}`, { cause: error });
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

function endOnSignal(emulator: Served, listening: Listening): void {
  const end = () => {
    const forced = setTimeout(() => process.exit(0), closeMs);
    forced.unref?.();
    emulator.close();
    listening.stop().then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}
