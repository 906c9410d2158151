/**
 * The command line: picks the command and loads it, tells mistakes in one line each, and ends with the right code.
 *
 * @module
 */
import process from "node:process";
import { suggestion } from "../../config/nearest.ts";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import { version } from "../../version.ts";
import type { Runtime } from "../listen/types.ts";
import type { CommandName } from "./command-help.ts";
import { complain, hearFailedWrites, print } from "./terminal.ts";

/** Wrong usage or configuration. */
const usageError = 2;

type Command = (args: readonly string[], runtime: Runtime) => Promise<void>;

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
  exec: async () => (await import("./exec.ts")).exec,
  env: async () => (await import("./env.ts")).env,
  doctor: async () => (await import("./doctor.ts")).doctor,
  config: async () => (await import("./config.ts")).config,
  relay: async () => (await import("./relay.ts")).relay,
  completion: async () => (await import("./completion.ts")).completion,
  help: async () => help,
};

/** Runs the command that `process.argv` names; a flag in its place means `serve`. */
export async function main(runtime: Runtime): Promise<void> {
  const args = process.argv.slice(2);
  const [word = "help", ...rest] = args;
  hearFailedWrites();
  try {
    if (word === "--version" || word === "-V") print(version);
    else if (word === "--help" || word === "-h") await help([]);
    else if (word.startsWith("-")) await run("serve", args, runtime);
    else await run(word, rest, runtime);
  } catch (error) {
    fail(error);
  }
}

async function run(word: string, args: readonly string[], runtime: Runtime): Promise<void> {
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (load === undefined) throw unknown(word);
  const command = await load();
  await command(args, runtime);
}

function unknown(word: string): ConfigurationError {
  return new ConfigurationError([
    {
      at: "",
      message: `Unknown command "${word}"${suggestion(word, Object.keys(commands))}; there are ${Object.keys(commands).join(", ")}`,
    },
  ]);
}

async function help([name = ""]: readonly string[]): Promise<void> {
  const { commandHelp, commandHelps, programHelp } = await import("./command-help.ts");
  if (name === "") print(programHelp());
  else if (name === "serve") print((await import("./help.ts")).helpText());
  else if (Object.hasOwn(commandHelps, name)) print(commandHelp(name as CommandName));
  else if (!Object.hasOwn(commands, name)) throw unknown(name);
}

function fail(error: unknown): void {
  const wrongUse = error instanceof ConfigurationError;
  complain(messageOf(error));
  process.exit(wrongUse ? usageError : 1);
}
