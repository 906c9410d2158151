/**
 * How a user starts the server on each runtime, as a command line: `serve` with flags on Node, Bun and Deno,
 * bindings on workerd and with `wrangler dev` (interface.md, "serve flags" and "Environment variables").
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { workerdCommand } from "./workerd.ts";

/** The runtimes that the server supports; `wrangler` is workerd behind the proxy of `npm start`. */
export type Runtime = "node" | "bun" | "deno" | "workerd" | "wrangler";

/** All runtimes, fastest start first. */
export const runtimes: readonly Runtime[] = ["node", "bun", "deno", "workerd"];

/** What a server is started with, in the words of `serve` on every runtime. */
export interface ServerOptions {
  /** Flags of `serve` without `--port` and `--config`, kebab-case, each value as its own element. */
  readonly flags?: readonly string[];
  /** Environment variables, bindings on workerd. */
  readonly env?: Readonly<Record<string, string>>;
  /** The configuration file's content; a string is taken as JSON text. */
  readonly config?: object | string;
  /** The worker's modules on workerd, instead of all there are. */
  readonly modules?: readonly string[];
  /** Where it listens, instead of a free port of 127.0.0.1. */
  readonly address?: { readonly host: string; readonly port: number };
  /** A program and its arguments that the command is put behind, e.g. one that enters a network namespace. */
  readonly within?: readonly string[];
}

/** A program with arguments and the variables that it needs beside the cleaned environment. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Variables of the outer environment that would change what the server does. */
const foreign =
  /^(?:GOOGLE_|GCE_|GCLOUD_|CLOUDSDK_|AWS_|METADATA_|LOG_LEVEL$|LOG_FORMAT$|CLOUDFLARE_|WRANGLER_|VITEST|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$)/;

/** Flags that are one binding each. */
const bindingOfFlag: Readonly<Record<string, string>> = {
  "--preset": "METADATA_PRESET",
  "--control-token": "METADATA_CONTROL_TOKEN",
  "--allow-host": "METADATA_ALLOWED_HOSTS",
  "--secret-path": "METADATA_SECRET_PATH",
  "--project-id": "GOOGLE_PROJECT_ID",
  "--numeric-project-id": "GOOGLE_NUMERIC_PROJECT_ID",
  "--service-account-email": "GOOGLE_ACCOUNT_EMAIL",
  "--token-scopes": "GOOGLE_TOKEN_SCOPES",
  "--delegates": "GOOGLE_IMPERSONATE_DELEGATES",
  "--log-level": "LOG_LEVEL",
  "--log-format": "LOG_FORMAT",
};

/** Flags without a value. `--impersonate` and `--federate` are told from the e-mail on workerd. */
const switches = new Set(["--impersonate", "--federate", "--inspect", "--open-metrics"]);

/** Returns `process.env` without what would change the server's behaviour. */
export function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !foreign.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

/** Returns configuration as JSON text; a `bigint` becomes a bare number. */
export function configText(config: object | string): string {
  if (typeof config === "string") return config;
  // Ids are larger than a double can hold, and a configuration file has all their digits.
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(config, (_, value: unknown) => (typeof value === "bigint" ? rawJSON(String(value)) : value));
}

/** Returns the command for `runtime`. Files it needs are written into `folder`. `port` is for wrangler only. */
export function commandFor(runtime: Runtime, options: ServerOptions, folder: string, port: number): Command {
  if (runtime === "wrangler") return wranglerCommand(options, folder, port);
  const { address } = options;
  if (runtime === "workerd") {
    const { modules } = options;
    const state = flagValue(options, "--state");
    return workerdCommand(bindingsOf(options), folder, {
      address: address && `${address.host}:${address.port}`,
      state,
      modules,
    });
  }
  const listen = address ? ["--host", address.host, "--port", String(address.port)] : ["--port", "0"];
  const args = [...listen, ...(options.flags ?? [])];
  if (options.config !== undefined) {
    const file = join(folder, "config.json");
    writeFileSync(file, configText(options.config));
    args.push("--config", file);
  }
  const serve = serveCommand(runtime);
  return { program: serve.program, args: [...serve.args, ...args], env: options.env ?? {} };
}

/** What `npm run serve:node` and its like start, word by word. */
function serveCommand(runtime: "node" | "bun" | "deno"): {
  readonly program: string;
  readonly args: readonly string[];
} {
  const [program = "", ...args] = manifest.scripts[`serve:${runtime}`].split(" ");
  return { program, args };
}

/** What `npm run serve:node` and `serve:deno` tell the engine. */
export function engineFlags(runtime: "node" | "deno"): string[] {
  return serveCommand(runtime).args.filter((argument) => argument.includes("--max-semi-space-size"));
}

/** The value of a flag that is no binding. */
function flagValue({ flags = [] }: ServerOptions, name: string): string | undefined {
  return flags.includes(name) ? flags[flags.indexOf(name) + 1] : undefined;
}

/** What the flags, the environment and the configuration are in workerd: bindings. */
function bindingsOf(options: ServerOptions): Record<string, string> {
  const bindings = { ...bindingsOfFlags(options.flags ?? []), ...bindingsOfEnvironment(options.env ?? {}) };
  if (options.config !== undefined) bindings.METADATA_CONFIG = configText(options.config);
  return bindings;
}

function wranglerCommand(options: ServerOptions, folder: string, port: number): Command {
  const bindings = bindingsOf(options);
  const noVariables = join(folder, "empty.env");
  writeFileSync(noVariables, "");
  mkdirSync(join(folder, "registry"));
  const address = options.address ?? { host: "127.0.0.1", port };
  const args = ["dev", "--ip", address.host, "--port", String(address.port)];
  // An env file of our own keeps the `.dev.vars` of whoever runs the tests out.
  args.push(
    "--persist-to",
    flagValue(options, "--state") ?? join(folder, "state"),
    "--env-file",
    noVariables,
    "--show-interactive-dev-session=false",
  );
  for (const [name, value] of Object.entries(bindings)) args.push("--var", `${name}:${value}`);
  const env = {
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_LOG_PATH: join(folder, "log"),
    WRANGLER_REGISTRY_PATH: join(folder, "registry"),
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    NO_COLOR: "1",
  };
  return { program: "wrangler", args, env };
}

function bindingsOfFlags(flags: readonly string[]): Record<string, string> {
  const bindings: Record<string, string> = {};
  const rest = flags.flatMap((flag) => (flag.startsWith("--") ? flag.split(/=(.*)/s, 2) : [flag]));
  const impersonated = rest.includes("--impersonate") || rest.includes("--federate");
  for (let i = 0; i < rest.length; i++) {
    const flag = rest[i] ?? "";
    if (switches.has(flag)) {
      if (flag === "--open-metrics") bindings.METADATA_OPEN_METRICS = "1";
      continue;
    }
    const value = rest[++i] ?? "";
    const name =
      flag === "--service-account-email" && impersonated ? "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT" : bindingOfFlag[flag];
    // A place on the disk, which the command line takes.
    if (flag === "--state") continue;
    if (flag === "--service-account-file") bindings.GOOGLE_APPLICATION_CREDENTIALS_JSON = readFileSync(value, "utf8");
    else if (name === undefined) throw new Error(`Cannot pass ${flag} to workerd: it has no binding`);
    else bindings[name] = name === "METADATA_ALLOWED_HOSTS" && bindings[name] ? `${bindings[name]},${value}` : value;
  }
  return bindings;
}

/** A path means nothing on workerd: the file's content is the binding. */
function bindingsOfEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]): [string, string] => {
    if (name === "GOOGLE_APPLICATION_CREDENTIALS") return [`${name}_JSON`, readFileSync(value, "utf8")];
    if (name === "METADATA_CONFIG_FILE") return ["METADATA_CONFIG", readFileSync(value, "utf8")];
    return [name, value];
  });
  return Object.fromEntries(entries);
}
