/**
 * Runs one example of a document as its reader would: in a folder of its own with the clone's files in it, with the
 * commands as they stand. Ports alone are changed, so that examples need not run one after another: 8080 becomes a free
 * one (servers get `--port`), so does a relay's 8081, and 9000, a program of the reader's own, becomes that of ours.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cleanEnvironment } from "../harness/runtime-command.ts";
import { freePort } from "../harness/server.ts";
import type { Example } from "./blocks.ts";

/** What an example finds beside the clone. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Files by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Port of the reader's own programs. */
  readonly ownPort: number;
}

/** A command of a transcript, what the document says of it, and what it printed. */
export interface Outcome {
  readonly command: string;
  readonly expected: string;
  readonly printed: string;
}

const cloned = [
  "package.json",
  "bin",
  "build",
  "dist",
  "worker",
  "node_modules",
  "wrangler.toml",
  "tsconfig.json",
  ".dev.vars.example",
];
const startsServer = /\b(?:npm start|serve:(?:node|bun|deno)|gce-metadata-emulator(?:\.js)? (?:serve|relay))\b/;
/** npm's advertisements are not part of what a command prints. */
const quietNpm = { npm_config_loglevel: "error", npm_config_update_notifier: "false" };
const startLimitMs = 40_000;
const commandLimitMs = 30_000;

/** Runs the blocks in their order and returns what the transcripts' commands printed. */
export async function runExample(example: Example, { env, files, ownPort }: Surroundings): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "gme-readme-"));
  const port = String(await freePort());
  const relayPort = String(await freePort());
  const local = (text: string) =>
    text.replaceAll("8080", port).replaceAll("8081", relayPort).replaceAll("9000", String(ownPort));
  const variables = { ...cleanEnvironment(), ...env, HOME: folder, NO_COLOR: "1", NO_PROXY: "127.0.0.1", ...quietNpm };
  const servers: ChildProcess[] = [];
  const outcomes: Outcome[] = [];
  try {
    for (const name of cloned) symlinkSync(resolve(name), join(folder, name));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    for (const block of example.blocks) {
      if (block.kind === "file") writeFileSync(join(folder, block.name), local(block.text), { mode: 0o755 });
      else if (block.kind === "transcript") {
        for (const { command, output } of block.steps) {
          const printed = await run(local(command), folder, variables);
          outcomes.push({ command, expected: local(output), printed });
        }
      } else if (startsServer.test(block.text)) {
        servers.push(await startServer(withPort(local(block.text), port, env), folder, variables));
      } else await run(`set -e\n${local(block.text)}`, folder, variables, true);
    }
    return outcomes;
  } finally {
    await Promise.all(servers.map(stop));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** `npm ci` has been done by whoever runs the tests. workerd sees no environment: variables go along as bindings. */
function withPort(commands: string, port: string, env: Surroundings["env"]): string {
  const text = commands.trimEnd().replace(/\bnpm ci && /, "");
  if (/ relay /.test(text)) return text;
  const more = [`--port ${port}`];
  if (/\bnpm start\b/.test(text)) more.push(...Object.entries(env).map(([name, value]) => `--var ${name}:${value}`));
  const direct = /\bnpm /.test(text) ? text.includes(" -- ") : true;
  return `${text}${direct ? "" : " --"} ${more.join(" ")}`;
}

async function startServer(commands: string, folder: string, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn("bash", ["-c", commands], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  try {
    await new Promise<void>((settle, reject) => {
      const fail = (what: string) => reject(new Error(`"${commands}" ${what}:\n${output}`));
      const limit = setTimeout(() => fail("did not start in time"), startLimitMs);
      child.once("exit", (code) => fail(`ended with ${code}`));
      const hear = (chunk: Buffer) => {
        output += chunk.toString();
        if (!/[Rr]eady on http:\/\/127\.0\.0\.1:\d+/.test(output)) return;
        clearTimeout(limit);
        settle();
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
    });
    return child;
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Ends the server with everything that it started. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((settle) => child.once("exit", settle));
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      return;
    }
    await Promise.race([ended, new Promise((settle) => setTimeout(settle, 3_000).unref())]);
  }
}

function run(command: string, folder: string, env: Record<string, string>, mustSucceed = false): Promise<string> {
  return new Promise((settle, reject) => {
    const child = spawn("bash", ["-c", command], {
      cwd: folder,
      env,
      timeout: commandLimitMs,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (mustSucceed && code !== 0) reject(new Error(`"${command}" ended with ${code}:\n${output}`));
      else settle(output.replaceAll("\r\n", "\n").trimEnd());
    });
  });
}
