/**
 * The command line as a process of its own, on the runtime that the tests run on.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { cleanEnvironment } from "../../harness/runtime-command.ts";

/** What was printed, and the exit code. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Told of every piece of stdout, with the process. */
  readonly onOutput?: (text: string, child: ChildProcess) => void;
}

const runtime = "Bun" in globalThis ? "bun" : "Deno" in globalThis ? "deno" : "node";
const before = runtime === "deno" ? ["run", "-A", "--no-prompt"] : [];
const entry = resolve(import.meta.dirname, `../../../worker/entry/${runtime}.ts`);

/** Runs `gce-metadata-emulator` with `args`. */
export function runProgram(args: readonly string[], { env = {}, onOutput }: ProgramOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [...before, entry, ...args], {
    env: { ...cleanEnvironment(), NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(stdout, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((settle) => child.once("close", (code) => settle({ code, stdout, stderr })));
}
