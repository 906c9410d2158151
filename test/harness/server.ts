/**
 * Starts the server as a user would, as a process of its own on a free port, and ends it with everything it started.
 * The command lines are `runtime-command.ts`'s.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { type Command, cleanEnvironment, commandFor, type Runtime, type ServerOptions } from "./runtime-command.ts";

export type { Runtime, ServerOptions } from "./runtime-command.ts";

/** A running server. */
export interface RunningServer {
  readonly runtime: Runtime;
  /** E.g. `http://127.0.0.1:40123`. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** Process id of the leader of its process group. */
  readonly pid: number;
  /** Everything printed so far. */
  stdout(): string;
  stderr(): string;
  /** Sends `signal` (default SIGTERM) to the whole group, SIGKILL after 5 s. Resolves to the exit code, null if killed. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const root = resolve(import.meta.dirname, "../..");
const startLimitMs = 30_000;
const stopLimitMs = 5_000;
const running = new Set<ChildProcess>();

// A test run that is aborted must not leave servers behind.
process.once("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** Starts the server on `runtime`. Rejects with everything printed when it ends early or says no address within 30 s. */
export async function startServer(runtime: Runtime, options: ServerOptions = {}): Promise<RunningServer> {
  const folder = scratchFolder(runtime);
  const command = commandFor(runtime, options, folder, runtime === "wrangler" ? await freePort() : 0);
  const [program = "", ...args] = [...(options.within ?? []), command.program, ...command.args];
  return startCommand(runtime, { ...command, program, args }, folder, options.address?.host);
}

/** Makes a folder for the files that a server is started with; it goes when the server ends. */
export function scratchFolder(runtime: Runtime): string {
  return mkdtempSync(join(tmpdir(), `gce-metadata-${runtime}-`));
}

/** Starts any program that prints its address as the server on `runtime` does, as `startServer` does. */
export async function startCommand(
  runtime: Runtime,
  command: Command,
  folder: string,
  host = "127.0.0.1",
): Promise<RunningServer> {
  const base = cleanEnvironment();
  const path = [join(root, "node_modules/.bin"), base.PATH ?? ""].join(delimiter);
  const env = { ...base, PATH: path, ...command.env };
  const child = spawn(command.program, command.args, {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = new Promise<number | null>((settle) => {
    child.once("close", (code) => settle(code));
    child.once("error", () => settle(null));
  }).finally(() => {
    running.delete(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const stop = (signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => stopGroup(child, signal, ended);
  try {
    const port = await startedPort(child, runtime, host, output);
    const origin = `http://${host}:${port}`;
    const texts = { stdout: () => output.stdout, stderr: () => output.stderr };
    return { runtime, origin, host, port, pid: child.pid ?? -1, ...texts, stop };
  } catch (error) {
    await stop("SIGKILL");
    throw error;
  }
}

/** Returns a port that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => settle(port));
    });
  });
}

const startLines: Partial<Record<Runtime, (host: string) => RegExp>> = {
  wrangler: (host) => new RegExp(`Ready on http://${escaped(host)}:(\\d+)`),
  workerd: () => /"event":"listen".*"port":(\d+)/,
};
const escaped = (host: string): string => host.replaceAll(".", "\\.");
const serveLine = (host: string): RegExp => new RegExp(`http://${escaped(host)}:(\\d+)`);

function startedPort(
  child: ChildProcess,
  runtime: Runtime,
  host: string,
  output: { stdout: string; stderr: string },
): Promise<number> {
  const line = (startLines[runtime] ?? serveLine)(host);
  return new Promise((settle, reject) => {
    const fail = (what: string): void => {
      clearTimeout(limit);
      reject(new Error(`Server on ${runtime} ${what}\n--- stdout\n${output.stdout}\n--- stderr\n${output.stderr}`));
    };
    const limit = setTimeout(() => fail(`did not start within ${startLimitMs} ms`), startLimitMs);
    child.once("error", (error) => fail(`could not be started: ${error.message}`));
    child.once("close", (code) => fail(`ended with ${code} before it listened`));
    // wrangler goes on watching after a failed build instead of ending.
    child.stderr?.on("data", () => {
      if (runtime === "wrangler" && /Build failed/.test(output.stderr))
        setTimeout(() => fail("could not be built"), 100);
    });
    child.stdout?.on("data", () => {
      const port = line.exec(output.stdout)?.[1];
      if (port === undefined) return;
      clearTimeout(limit);
      settle(Number(port));
    });
  });
}

async function stopGroup(
  child: ChildProcess,
  signal: NodeJS.Signals,
  ended: Promise<number | null>,
): Promise<number | null> {
  signalGroup(child, signal);
  const limit = setTimeout(() => signalGroup(child, "SIGKILL"), stopLimitMs);
  const code = await ended;
  clearTimeout(limit);
  // What the leader left behind (wrangler's workerd, a shell's child) goes with it.
  signalGroup(child, "SIGKILL");
  return code;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
