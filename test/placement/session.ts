/**
 * Runs shell commands of the page in a namespace: those that end, and those that stay (a server, socat). `sudo` is the
 * test's own right.
 *
 * @module
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { delimiter, resolve } from "node:path";
import { promisify } from "node:util";
import { createNamespace, type Namespace } from "../clients/namespace.ts";
import { cleanEnvironment } from "../harness/runtime-command.ts";

const execute = promisify(execFile);
const commandLimitMs = 60_000;
const bin = resolve("node_modules/.bin");
const stays = /gce-metadata-emulator serve|\bsocat\b|socket-activate|entry\/node\.ts' 'serve'/;
const preamble = 'set -e\nsudo() { "$@"; }\n';

/** A namespace with what runs in it. */
export interface Session {
  /** Runs a block. A server, or socat, is its last line; the block is over when that accepts connections. */
  block(text: string): Promise<void>;
  /** Runs commands to their end and returns what they printed. */
  run(text: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens a namespace that has a default route, as a machine does, and neither the address nor the names of the server. */
export function openSession(): Session {
  const namespace = createNamespace("down", "uplink");
  const children: ChildProcess[] = [];
  const run = async (text: string): Promise<string> => {
    const [program, args] = inside(namespace, text);
    return (await execute(program, args, { env: environment(), timeout: commandLimitMs })).stdout;
  };
  return {
    run,
    block: async (text) => {
      const last = text.split("\n").at(-1) ?? "";
      if (!stays.test(last)) return void (await run(text));
      const [program, args] = inside(namespace, text);
      const child = spawn(program, args, { env: environment(), detached: true, stdio: ["ignore", "pipe", "pipe"] });
      children.push(child);
      // socat and systemd's program say when they listen, the server when it accepts.
      await said(child, /\b(?:socat|systemd-socket-activate)\b/.test(last) ? /listening on/i : /ready on/);
    },
    close: async () => {
      await Promise.all(children.map(end));
      namespace.remove();
    },
  };
}

function inside({ enter }: Namespace, text: string): [string, string[]] {
  const [program = "", ...args] = [...enter, "bash", "-c", preamble + text.replace(/\bsocat /, "socat -d -d ")];
  return [program, args];
}

function environment(): Record<string, string> {
  const { PATH = "", HOME = "/" } = cleanEnvironment();
  return { PATH: `${bin}${delimiter}${PATH}`, HOME, NO_COLOR: "1", npm_config_update_notifier: "false" };
}

function said(child: ChildProcess, pattern: RegExp): Promise<void> {
  let output = "";
  return new Promise((settle, reject) => {
    const fail = (what: string) => reject(new Error(`${what}:\n${output}`));
    const limit = setTimeout(() => fail("Nothing accepts connections"), commandLimitMs);
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (!pattern.test(output)) return;
      clearTimeout(limit);
      settle();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => fail(`Ended with ${code}`));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((settle) => child.once("close", settle));
  process.kill(-child.pid, "SIGTERM");
  const limit = setTimeout(() => process.kill(-Number(child.pid), "SIGKILL"), 5_000);
  await ended;
  clearTimeout(limit);
}
