/**
 * `config`: checks the configuration as `serve` would read it, shows what is in force, describes the file.
 *
 * @module
 */
import process from "node:process";
import { readConfiguration } from "../../config/document.ts";
import { configurationJsonSchema } from "../../config/json-schema.ts";
import { suggestion } from "../../config/nearest.ts";
import type { Settings } from "../../config/settings.ts";
import { createEmulatorCore } from "../../emulator.ts";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import { type Json, type JsonObject, parseJson, stringifyJson } from "../../lib/json.ts";
import { Problems } from "../../lib/problems.ts";
import type { Platform } from "../../platform.ts";
import { checkRules } from "../../service/check.ts";
import { explain } from "../../service/explain.ts";
import { createLog, redact } from "../../telemetry/log.ts";
import type { Runtime } from "../listen/types.ts";
import { createPlatform } from "../platform.ts";
import { commandHelp } from "./command-help.ts";
import { type Effective, type EffectiveInputs, effectiveAccounts, effectiveValues } from "./effective.ts";
import { readServeArguments, type ServeArguments } from "./flags.ts";
import { loadFor, withState } from "./serve.ts";
import { complain, print } from "./terminal.ts";

const parts: Readonly<Record<string, (args: readonly string[], runtime: Runtime) => Promise<void>>> = {
  check,
  print: printEffective,
  explain: explainRule,
  schema: async () => print(stringifyJson(configurationJsonSchema(), 2)),
};
const names = Object.keys(parts);

/** Runs the part that is named. Throws a `ConfigurationError` for another one, and for every mistake of a configuration. */
export async function config(args: readonly string[], runtime: Runtime): Promise<void> {
  const [name = "", ...rest] = args;
  if (name === "--help" || name === "-h" || rest.includes("--help")) return print(commandHelp("config"));
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part !== undefined) return part(rest, runtime);
  const message = `Name one part: ${names.join(", ")}${suggestion(name, names)}`;
  throw new ConfigurationError([{ at: "config", message }]);
}

async function check(args: readonly string[], runtime: Runtime): Promise<void> {
  const { settings } = await read(readServeArguments(args), runtime);
  const worlds = Object.keys(settings.service?.instances ?? {}).length;
  const accounts = Object.keys(settings.accounts).length;
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  print(
    settings.service === undefined
      ? `The configuration is good: preset ${settings.preset}, ${count(accounts, "account")}`
      : `The configuration is good: a service of ${count(worlds, "instance")}, ${count(settings.service.clients.length, "rule")}`,
  );
}

/** `--as` names a secret, or holds the claims of a token. */
async function explainRule(args: readonly string[], runtime: Runtime): Promise<void> {
  const at = args.findIndex((word) => /^--?as(?:=|$)/.test(word));
  const inline = /^--?as=([\s\S]*)$/.exec(args[at] ?? "")?.[1];
  const as = at === -1 ? undefined : (inline ?? args[at + 1]);
  const rest = at === -1 ? args : args.filter((_, index) => index !== at && (inline !== undefined || index !== at + 1));
  const given = readServeArguments(rest);
  const problems = new Problems();
  problems.addAll(given.problems);
  if (as === undefined || as === "")
    problems.add("--as", "Needs the name of a secret, or the claims of a token as JSON");
  const claims = await problems.try(() => claimsOf(as ?? ""));
  const { settings } = await read({ ...given, problems: problems.all }, runtime);
  if (settings.service === undefined)
    throw new ConfigurationError([{ at: "", message: 'There are no rules: the configuration has no "auth"' }]);
  print(explain(settings.service, claims ?? "").join("\n"));
}

function claimsOf(as: string): Json {
  if (!as.trimStart().startsWith("{")) return as;
  try {
    return parseJson(as);
  } catch (error) {
    throw new ConfigurationError([{ at: "--as", message: `Cannot read the claims: ${messageOf(error)}` }]);
  }
}

async function printEffective(args: readonly string[], runtime: Runtime): Promise<void> {
  const json = args.includes("--json");
  const inputs = await read(readServeArguments(args.filter((word) => word !== "--json")), runtime);
  const [values, accounts] = [effectiveValues(inputs), effectiveAccounts(inputs)];
  // A script among the attributes may hold a token; what looks like one is struck out.
  if (json)
    return print(
      redact(stringifyJson({ values: values as unknown as Json, accounts, metadata: inputs.settings.metadata }, 2)),
    );
  print([...Object.entries(values).map(line), "", ...Object.entries(accounts).flatMap(accountLines)].join("\n"));
}

function line([name, { from, value }]: [string, Effective]): string {
  return `${name.padEnd(20)} ${shown(value).padEnd(44)} ${from}`;
}

function accountLines([name, account]: [string, Json]): string[] {
  const { email, from, scopes, source } = account as JsonObject;
  return [
    `account ${name}`,
    `  ${"email".padEnd(18)} ${shown(email)}`,
    `  ${"scopes".padEnd(18)} ${shown(scopes)}`,
    `  ${"source".padEnd(18)} ${redact(stringifyJson(source ?? null))}`,
    `  ${"from".padEnd(18)} ${shown(from)}`,
  ];
}

function shown(value: Json | undefined): string {
  if (typeof value === "string") return value === "" ? '""' : value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((each) => shown(each as Json)).join(", ");
  return stringifyJson(value ?? null);
}

/** Reads everything that a start would read: files, sources, the tree. Nothing is called. */
async function read(
  given: ServeArguments,
  runtime: Runtime,
): Promise<EffectiveInputs & { readonly settings: Settings }> {
  const platform = createPlatform(
    runtime,
    createLog({ level: "warn", format: "text", now: Date.now, write: complain }),
  );
  const { flags } = given;
  const settings = await loadFor(await withState(given), platform);
  const document = await documentOf(settings, platform);
  const { configuration } = await readConfiguration({ flags, env: process.env }, platform, new Problems());
  return { flags, env: process.env, settings, document, configuration: configuration as unknown as JsonObject };
}

/** Builds everything as a start would, and returns the tree; that of a service is its instances'. */
async function documentOf({ service, ...settings }: Settings, platform: Platform): Promise<JsonObject> {
  if (service !== undefined) {
    await checkRules(service, platform);
    return {};
  }
  const emulator = await createEmulatorCore(settings, platform);
  emulator.close();
  return emulator.store.snapshot.document;
}
