/**
 * The command line: picks the command, tells mistakes in one line each, and ends with the right code.
 *
 * @module
 */
import process from "node:process";
import { suggestion } from "../../config/nearest.ts";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import { version } from "../../version.ts";
import type { Runtime } from "../listen/types.ts";
import { type CommandName, commandHelp, commandHelps, programHelp } from "./command-help.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { doctor } from "./doctor.ts";
import { env } from "./env.ts";
import { exec } from "./exec.ts";
import { helpText } from "./help.ts";
import { relay } from "./relay.ts";
import { serve } from "./serve.ts";
import { complain, print } from "./terminal.ts";

/** Wrong usage or configuration. */
const usageError = 2;

type Command = (args: readonly string[], runtime: Runtime) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  serve,
  exec,
  env,
  doctor,
  config,
  relay,
  completion,
  help: async ([name = ""]) => help(name),
};

/** Runs the command that `process.argv` names; a flag in its place means `serve`. */
export async function main(runtime: Runtime): Promise<void> {
  const args = process.argv.slice(2);
  const [word = "help", ...rest] = args;
  try {
    if (word === "--version" || word === "-V") print(version);
    else if (word === "--help" || word === "-h") print(programHelp());
    else if (word.startsWith("-")) await serve(args, runtime);
    else await commandOf(word)(rest, runtime);
  } catch (error) {
    fail(error);
  }
}

function commandOf(word: string): Command {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command !== undefined) return command;
  throw new ConfigurationError([
    {
      at: "",
      message: `Unknown command "${word}"${suggestion(word, Object.keys(commands))}; there are ${Object.keys(commands).join(", ")}`,
    },
  ]);
}

function help(name: string): void {
  if (name === "") print(programHelp());
  else if (name === "serve") print(helpText());
  else if (Object.hasOwn(commandHelps, name)) print(commandHelp(name as CommandName));
  else commandOf(name);
}

function fail(error: unknown): void {
  const wrongUse = error instanceof ConfigurationError;
  complain(messageOf(error));
  process.exit(wrongUse ? usageError : 1);
}
