/**
 * The command line: picks the command, tells mistakes in one line each, and ends with the right code.
 *
 * @module
 */
import process from "node:process";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import { version } from "../../version.ts";
import type { Runtime } from "../listen/types.ts";
import { helpText } from "./help.ts";
import { serve } from "./serve.ts";

/** Wrong usage or configuration. */
const usageError = 2;

type Command = (args: readonly string[], runtime: Runtime) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  serve,
  help: async () => print(helpText()),
};

/** Runs the command that `process.argv` names; a flag in its place means `serve`. */
export async function main(runtime: Runtime): Promise<void> {
  const args = process.argv.slice(2);
  const [word = "help", ...rest] = args;
  try {
    if (word === "--version" || word === "-V") print(version);
    else if (word === "--help" || word === "-h") print(helpText());
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
    { at: "", message: `Unknown command "${word}"; there are ${Object.keys(commands).join(", ")}` },
  ]);
}

function fail(error: unknown): void {
  const wrongUse = error instanceof ConfigurationError;
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(wrongUse ? usageError : 1);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
