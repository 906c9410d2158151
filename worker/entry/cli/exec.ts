/**
 * `exec`: a private server on a free port for one command. It sees the environment that a machine on Google Cloud would
 * have as far as variables can give it, and nothing of the credential.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { clientVariables, noProxyHosts, serverOnly, shadowing } from "../../library/variables.ts";
import { homeFolder } from "../home.ts";
import { urlOf } from "../listen/open.ts";
import type { Listening, Runtime, Served } from "../listen/types.ts";
import { runChild } from "./child.ts";
import { commandHelp } from "./command-help.ts";
import { readServeArguments } from "./flags.ts";
import { execRelayed } from "./relay.ts";
import { start } from "./serve.ts";
import { complain, print } from "./terminal.ts";

/** Open requests get this long to end after the command. */
const closeMs = 500;

/** Runs the command and exits with its code. Throws a `ConfigurationError` for what the user has to mend. */
export async function exec(args: readonly string[], runtime: Runtime): Promise<void> {
  const at = args.indexOf("--");
  const own = at === -1 ? args : args.slice(0, at);
  const command = at === -1 ? [] : args.slice(at + 1);
  if (own.some((word) => /^--?to(?:=|$)/.test(word)))
    return runBeside(await execRelayed(own, command, runtime), command);
  const given = readServeArguments(own);
  const { flags } = given;
  if (flags.help === true) return print(commandHelp("exec"));
  const problems = [...given.problems];
  if (command.length === 0)
    problems.push({ at: "", message: "Nothing to run: write the command behind --, as in exec -- python app.py" });
  if (flags.unixSocket !== undefined)
    problems.push({ at: "--unix-socket", message: "Client libraries need a port; use serve --unix-socket" });
  const { host = "127.0.0.1" } = flags;
  // The command's own output is what the user wants to see.
  const quiet = process.env.LOG_LEVEL === undefined ? { logLevel: "warn" } : {};
  const { listening, prefix, served } = await start(
    { ...given, problems, flags: { ...quiet, ...flags, host, port: flags.port ?? 0 } },
    runtime,
  );
  await runBeside(
    { host: `${urlOf({ host, port: 0 }, listening.port).slice("http://".length)}${prefix}`, listening, served },
    command,
  );
}

/** A server that a command is run beside. */
export interface Beside {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly listening: Listening;
  readonly served: Served;
}

/** Runs `command` with the server's variables, ends the server, and exits with the command's code. */
export async function runBeside({ host, listening, served }: Beside, command: readonly string[]): Promise<never> {
  const gcloud = await mkdtemp(join(tmpdir(), "gce-metadata-emulator-"));
  try {
    warnOfFiles();
    process.exitCode = await runChild(command, childEnvironment(process.env, host, gcloud));
  } finally {
    served.close();
    await Promise.race([listening.stop(), new Promise((resolve) => setTimeout(resolve, closeMs))]);
    await rm(gcloud, { recursive: true, force: true, maxRetries: 3 });
  }
  process.exit();
}

/** Returns the environment of a command: what it was, without credentials, and with the server in it. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
  gcloud: string,
): Record<string, string> {
  const gone = new Set([...shadowing, ...serverOnly]);
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !gone.has(entry[0]),
  );
  const noProxy = (name: string) => [...(env[name] ? [env[name]] : []), ...noProxyHosts].join(",");
  return {
    ...Object.fromEntries(kept),
    ...clientVariables(host),
    CLOUDSDK_CONFIG: gcloud,
    NO_PROXY: noProxy("NO_PROXY"),
    no_proxy: noProxy("no_proxy"),
  };
}

/** Some libraries look for gcloud's login below the home folder, whatever CLOUDSDK_CONFIG says. */
function warnOfFiles(): void {
  const file = join(homeFolder(), ".config", "gcloud", "application_default_credentials.json");
  if (existsSync(file)) complain(`${file} exists: Go and Node clients take it before they ask this server; see doctor`);
}
