/**
 * `serve`: settings from flags, environment and file; a server; an orderly end.
 *
 * @module
 */
import process from "node:process";
import { configurationPath } from "../../config/document.ts";
import type { FlagValues } from "../../config/flag-values.ts";
import type { Settings } from "../../config/settings.ts";
import { createEmulatorCore } from "../../emulator.ts";
import { secretPrefix } from "../../http/secret-path.ts";
import { loadComplete } from "../../load.ts";
import type { Platform } from "../../platform.ts";
import { createLog } from "../../telemetry/log.ts";
import { version } from "../../version.ts";
import { inheritedSockets, openInherited } from "../listen/activation.ts";
import { openListener } from "../listen/open.ts";
import type { Address, Listening, Runtime, Served } from "../listen/types.ts";
import { createPlatform } from "../platform.ts";
import type { Followed } from "../reload.ts";
import { type Banner, banner, serviceBanner } from "./banner.ts";
import { canonical } from "./flag-table.ts";
import { readServeArguments, type ServeArguments } from "./flags.ts";
import { complain, hasColours, print } from "./terminal.ts";
import { startWarnings } from "./warnings.ts";

/** Open requests get this long to end after SIGTERM; waiting ones end at once. */
const closeMs = 2_000;

/** Runs the server until SIGTERM or SIGINT. Throws a `ConfigurationError` for what the user has to mend. */
export async function serve(args: readonly string[], runtime: Runtime): Promise<void> {
  const given = readServeArguments(args);
  const { flags } = given;
  if (flags.help === true) return print((await import("./help.ts")).helpText());
  if (flags.version === true) return print(version);
  const {
    served,
    listening,
    banner: { ready, details },
  } = await start(withSockets(given), runtime, inheritedSockets(process.env, process.pid));
  endOnSignal(served, listening);
  print(ready);
  for (const line of details) complain(line);
}

/** A server in operation. */
export interface Started {
  readonly served: Served;
  readonly listening: Listening;
  /** How every path begins. */
  readonly prefix: string;
  /** What to say of it. */
  readonly banner: Banner;
}

/**
 * Starts a server as flags and environment say, on `sockets` of a service manager if there are any. Throws a
 * `ConfigurationError` for what the user has to mend.
 */
export async function start(
  given: ServeArguments,
  runtime: Runtime,
  sockets: readonly number[] = [],
): Promise<Started> {
  const { flags } = given;
  const early = createPlatform(runtime, createLog({ level: "warn", format: "text", now: Date.now, write: complain }));
  const settings = withSecrets(await loadFor(await withState(given), early), flags);
  const colour = hasColours(process.stderr);
  const log = createLog({
    level: settings.logLevel,
    format: settings.logFormat,
    colour,
    now: Date.now,
    write: complain,
  });
  const platform = createPlatform(runtime, log);
  /** Listens, and only then warns: a refusal to start is one line. */
  const open = async (server: Served) => {
    const opened = await openFor(server, flags, runtime, sockets);
    for (const warning of await startWarnings(flags, opened.address, platform.env)) log("warn", warning);
    return opened;
  };
  const follow = async (configure: Followed["configure"]) => {
    if (flags.metadataDir === undefined && configurationPath(flags, platform.env) === undefined) return;
    const { followFiles } = await import("../reload.ts");
    await followFiles({ flags, platform, load: () => loadFor(given, platform), configure });
  };
  // The details are for people; who collects JSON gets nothing else.
  const said = (lines: Banner): Banner => (settings.logFormat === "json" ? { ...lines, details: [] } : lines);
  const { service } = settings;
  if (service !== undefined) {
    const { openService } = await import("./service.ts");
    const served = await openService({ ...settings, service }, flags, platform);
    await follow((next) => served.configure(next));
    const { address, listening } = await open(served);
    return { served, listening, prefix: "", banner: said(serviceBanner(service, listening.port, address)) };
  }
  const kept =
    flags.state === undefined ? {} : await (await import("../state-file.ts")).openState(flags.state, platform);
  const loadAssets = () => import("../../inspector/assets.js");
  const emulator = await createEmulatorCore(settings, platform, { ...kept, loadAssets });
  await follow((next) => emulator.configure(next));
  const { address, listening } = await open(emulator);
  const prefix = secretPrefix(settings.secretPath);
  const lines = banner(emulator, listening.port, { address, inspect: flags.inspect === true });
  return { served: emulator, listening, prefix, banner: said(lines) };
}

/** `--inspect` needs a control token, `--secret-path` a secret; where none was given, one for this run is made. */
function withSecrets(settings: Settings, { inspect, secretPath }: FlagValues): Settings {
  if (settings.service !== undefined) return settings;
  const isPathMade = secretPath === "" && settings.secretPath === undefined;
  return {
    ...settings,
    ...(inspect === true && settings.controlToken === undefined ? { controlToken: randomText() } : {}),
    ...(isPathMade ? { secretPath: randomText() } : {}),
  };
}

/** 144 bits, as 24 characters. */
function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64url");
}

/** Settings with what only a process can read: the folder of `--metadata-dir`. Throws a `ConfigurationError`. */
export function loadFor({ flags, problems, wrong }: ServeArguments, platform: Platform): Promise<Settings> {
  const { metadataDir } = flags;
  const readFolder =
    metadataDir === undefined ? undefined : async () => (await import("../folder.ts")).readFolder(metadataDir);
  return loadComplete({ flags, env: process.env, wrong }, platform, { problems, readFolder });
}

/** A state that cannot be kept ends a start, and no reading anew. */
export async function withState(given: ServeArguments): Promise<ServeArguments> {
  const { state } = given.flags;
  if (state === undefined) return given;
  const { stateProblems } = await import("../state-file.ts");
  return { ...given, problems: [...given.problems, ...(await stateProblems(state))] };
}

/** Where systemd has sockets for this server, flags that ask for another place cannot be meant. */
function withSockets(given: ServeArguments): ServeArguments {
  if (inheritedSockets(process.env, process.pid).length === 0) return given;
  const message = "The service manager has opened the sockets; leave the flag out";
  const flags = (["port", "host", "unixSocket"] as const).filter((name) => given.flags[name] !== undefined);
  return { ...given, problems: [...given.problems, ...flags.map((name) => ({ at: canonical(name), message }))] };
}

async function openFor(
  served: Served,
  flags: FlagValues,
  runtime: Runtime,
  sockets: readonly number[],
): Promise<{ address: Address; listening: Listening }> {
  if (sockets.length > 0) return openInherited(runtime, served, sockets);
  const address = addressOf(flags);
  return { address, listening: await openListener(runtime, served, address) };
}

function addressOf({ host = "127.0.0.1", port = 8080, unixSocket }: FlagValues): Address {
  return unixSocket === undefined ? { host, port } : { unixSocket };
}

/** Ends the process in order on SIGTERM and SIGINT. */
export function endOnSignal(served: Served, listening: Listening): void {
  const end = () => {
    const forced = setTimeout(() => process.exit(0), closeMs);
    forced.unref?.();
    served.close();
    listening.stop().then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}
