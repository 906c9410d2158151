/**
 * Runs the program of `exec`: our streams are its streams, signals go to it, and its end is told as a shell would.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { complain } from "./terminal.ts";

const passedOn: readonly NodeJS.Signals[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
];

/** What a terminal itself sends to every program in the foreground. */
const fromTerminal: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGWINCH"];

const notFound = 127;
const notExecutable = 126;

/** Returns the exit code: the program's, 128+N after signal N, 127 or 126 when it could not be started. */
export function runChild(command: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    // Before the start: a signal that comes with the child's first output must not find us without a handler.
    const removals = passedOn.map((signal) => passOn(signal, () => child?.pid));
    const end = (code: number) => {
      for (const remove of removals) remove();
      resolve(code);
    };
    try {
      child = spawn(program, args, { stdio: "inherit", env: { ...env } });
      child.once("error", (error) => end(refusal(program, error)));
      child.once("exit", (code, signal) => end(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    } catch (error) {
      // Bun throws what the others tell by an event.
      end(refusal(program, error as NodeJS.ErrnoException));
    }
  });
}

function passOn(signal: NodeJS.Signals, pidOf: () => number | undefined): () => void {
  const hear = () => {
    const pid = pidOf();
    if (pid === undefined || (process.stdin.isTTY === true && fromTerminal.includes(signal))) return;
    try {
      // Deno's own `child.kill` makes every end after it look like one by that signal.
      process.kill(pid, signal);
    } catch {
      // It has ended, and its end is on the way here.
    }
  };
  process.on(signal, hear);
  return () => process.off(signal, hear);
}

function refusal(program: string, error: NodeJS.ErrnoException): number {
  const missing = error.code === "ENOENT" || /not found|no such file/i.test(error.message);
  complain(`Cannot run "${program}": ${missing ? "there is no such program" : "it cannot be executed"}`);
  return missing ? notFound : notExecutable;
}
