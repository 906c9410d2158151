/**
 * The platform of a process: Node's modules, which Bun and Deno have too. Those for files and programs are large on some
 * runtimes, and are loaded by whoever needs them.
 *
 * @module
 */
import process from "node:process";
import { systemClock } from "../lib/clock.ts";
import type { Log, Platform, ProgramOptions, ProgramResult } from "../platform.ts";
import type { Runtime } from "./listen/types.ts";

/** Builds the platform of `runtime`, logging through `log`. */
export function createPlatform(runtime: Runtime, log: Log): Platform {
  return {
    runtime: runtime.name,
    clock: systemClock,
    log,
    env: process.env,
    fetch: (url, init) => fetch(url, init),
    random: Math.random,
    readTextFile,
    writeTextFile,
    run,
    ...(runtime.fetchWithCertificate === undefined ? {} : { fetchWithCertificate: runtime.fetchWithCertificate }),
  };
}

/** Reads a UTF-8 file. */
export async function readTextFile(path: string): Promise<string> {
  const { readText } = await import("./read-file.ts");
  return readText(path);
}

/** Replaces a file in one step, so that a reader sees the old or the new text and never half of one. */
export async function writeTextFile(path: string, text: string): Promise<void> {
  const { replaceFile } = await import("./replace-file.ts");
  return replaceFile(path, text);
}

const maxOutputBytes = 1024 * 1024;

/** Runs a program without a shell and with nothing but the given environment. */
export async function run(
  [program = "", ...args]: readonly string[],
  { env, signal, timeoutMs }: ProgramOptions,
): Promise<ProgramResult> {
  const options = {
    env: { ...env },
    timeout: timeoutMs,
    maxBuffer: maxOutputBytes,
    killSignal: "SIGKILL" as const,
    ...(signal ? { signal } : {}),
  };
  const { execFile } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ exitCode: error.code, stdout, stderr });
      else reject(error.killed ? new Error(`no answer within ${timeoutMs / 1000} s`) : error);
    });
  });
}
