/**
 * The servers of the bench: the emulator as a user starts it, and a bare handler of the same runtime, started alike,
 * that gives the same answer to everyone.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { engineFlags } from "../harness/runtime-command.ts";
import { type RunningServer, type Runtime, scratchFolder, startCommand } from "../harness/server.ts";
import { bareNodeCommand } from "./bare/node.ts";
import { bareWorkerdCommand } from "./bare/workerd.ts";

/** What every request for metadata carries. */
export const flavor = { "Metadata-Flavor": "Google" };

/** Starts a bare handler that answers what `origin` answers to `path`. With `holds` it waits for `/release` first. */
export async function startBare(runtime: Runtime, origin: string, path: string, holds = false): Promise<RunningServer> {
  const seen = await fetch(origin + path, { headers: flavor });
  const reply = { status: seen.status, headers: sentHeaders(seen.headers), body: await seen.text() };
  const folder = scratchFolder(runtime);
  if (runtime === "workerd") return startCommand(runtime, bareWorkerdCommand(reply, folder), folder);
  if (runtime === "node") return startCommand(runtime, bareNodeCommand(reply, folder, holds), folder);
  const flags = runtime === "deno" ? ["run", ...engineFlags(runtime), "-A"] : [];
  const args = [...flags, `test/bench/bare/${runtime}.ts`];
  const env = { BARE_REPLY: JSON.stringify(reply), BARE_HOLDS: holds ? "1" : "0" };
  return startCommand(runtime, { program: runtime, args, env }, folder);
}

/** The headers that a handler sets itself; the rest is the runtime's. */
function sentHeaders(headers: Headers): Record<string, string> {
  const own = [...headers].filter(([name]) => !["connection", "date", "keep-alive", "vary"].includes(name));
  return Object.fromEntries(own);
}

interface Usage {
  /** CPU time since the start, milliseconds. */
  readonly cpuMs: number;
  /** Resident memory, MiB. */
  readonly memory: number;
}

/** What the processes of a server have used so far; `undefined` where there is no `/proc`. */
export function usageOf({ pid }: RunningServer): Usage | undefined {
  let cpuMs = 0;
  let memory = 0;
  try {
    for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const fields = statOf(entry);
      if (Number(fields[2]) !== pid) continue;
      // utime and stime in ticks, resident pages (proc(5), counted behind the program's name).
      cpuMs += ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond();
      memory += (Number(fields[21]) * 4096) / 2 ** 20;
    }
  } catch {
    return undefined;
  }
  return memory === 0 ? undefined : { cpuMs, memory };
}

function statOf(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  ticks ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return ticks;
}
