/**
 * The flags of `relay`, and of `exec --to`: where the service is, what shows who asks, where to listen.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { nearest } from "../../config/nearest.ts";
import { hostNames, oneOf } from "../../config/values.ts";
import { Problems } from "../../lib/problems.ts";
import type { LogLevel } from "../../platform.ts";
import { addressProblem } from "../../tokens/google/endpoints.ts";
import type { Address } from "../listen/types.ts";

export interface RelayFlags {
  /** Base URL of the service. */
  readonly to: string;
  /** Where the credential comes from: one of three. */
  readonly credential: { readonly token: string } | { readonly file: string } | { readonly variable: string };
  readonly address: Address;
  readonly allowedHosts: readonly string[];
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
}

const options = {
  to: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  "token-env": { type: "string" },
  port: { type: "string" },
  host: { type: "string" },
  "unix-socket": { type: "string" },
  "allow-host": { type: "string", multiple: true },
  "log-level": { type: "string" },
  "log-format": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Name = keyof typeof options;

/** All flags, for completion. */
export const relayFlagNames: readonly string[] = Object.keys(options).map((name) => `--${name}`);

const logLevels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** What is meant where a flag is not given. */
export interface RelayDefaults {
  readonly port: string;
  readonly logLevel: LogLevel;
}

/** Reads the arguments. Throws a `ConfigurationError` that tells every mistake; none of them shows a value. */
export function parseRelayArguments(
  args: readonly string[],
  defaults: RelayDefaults = { port: "8080", logLevel: "info" },
): RelayFlags | "help" {
  const problems = new Problems();
  const values = read(args, problems);
  if (values.has("help")) return "help";
  const one = (name: Name) => values.get(name)?.at(-1);
  const flags: RelayFlags = {
    to: serviceOf(one("to"), problems),
    credential: credentialOf(one("token"), one("token-file"), one("token-env"), problems),
    address: addressOf(one("port") ?? defaults.port, one("host"), one("unix-socket"), problems),
    allowedHosts: hostNames(values.get("allow-host") ?? [], "--allow-host", problems),
    logLevel: oneOf({ value: one("log-level") ?? defaults.logLevel, at: "--log-level" }, logLevels, problems) ?? "info",
    logFormat: oneOf({ value: one("log-format") ?? "text", at: "--log-format" }, ["text", "json"], problems) ?? "text",
  };
  problems.throwIfAny();
  return flags;
}

function read(args: readonly string[], problems: Problems): Map<Name, string[]> {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<Name, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional")
      problems.add("", "Unexpected argument; flags are written --name VALUE or --name=VALUE");
    if (token.kind !== "option") continue;
    const { inlineValue, name, rawName, value } = token;
    if (!Object.hasOwn(options, name)) unknown(rawName, problems);
    else if (name === "help") values.set("help", []);
    else if (value === undefined || value === "" || (inlineValue !== true && value.startsWith("--")))
      problems.add(`--${name}`, "Needs a value");
    else values.set(name as Name, [...(values.get(name as Name) ?? []), value]);
  }
  return values;
}

function unknown(rawName: string, problems: Problems): void {
  const near = nearest(rawName.replace(/^-+/, ""), Object.keys(options));
  const shown = `Unknown flag ${JSON.stringify(rawName.slice(0, 60))}`;
  problems.add("", near === undefined ? `${shown}; relay --help lists the flags` : `${shown}, did you mean --${near}?`);
}

function serviceOf(to: string | undefined, problems: Problems): string {
  const problem = to === undefined ? "Is missing: the URL of the service" : addressProblem(to);
  if (problem !== undefined) problems.add("--to", problem);
  else if (/[?#]/.test(to ?? "")) problems.add("--to", "Must have no query and no fragment");
  return to ?? "";
}

function credentialOf(
  token: string | undefined,
  file: string | undefined,
  variable: string | undefined,
  problems: Problems,
): RelayFlags["credential"] {
  if ([token, file, variable].filter((given) => given !== undefined).length !== 1)
    problems.add("--token-file", "Give exactly one of --token-file, --token-env and --token");
  if (file !== undefined) return { file };
  return variable !== undefined ? { variable } : { token: token ?? "" };
}

function addressOf(port: string, host = "127.0.0.1", unixSocket: string | undefined, problems: Problems): Address {
  if (!/^:?\d{1,5}$/.test(port) || Number(port.replace(":", "")) > 65_535)
    problems.add("--port", "Must be a port, 0 to 65535");
  if (unixSocket !== undefined) return { unixSocket };
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port.replace(":", "")) };
}
