/**
 * The load: wrk where it is installed (it takes the least CPU from the server), else autocannon, each as a process of
 * its own.
 *
 * @module
 */
import { execFile, execFileSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { quantile } from "./report.ts";
import { Sockets } from "./sockets.ts";

/** What one run measured. */
export interface Load {
  readonly perSecond: number;
  readonly requests: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Requests without an answer, and answers that are no 2xx. */
  readonly unanswered: number;
  readonly refused: number;
}

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
}

/** Runs load against a URL. */
export interface Generator {
  readonly name: string;
  run(url: string, options: LoadOptions): Promise<Load>;
}

/** Says what is wrong with a load of which every request has to be answered by 2xx. */
export function problemOf({ refused, requests, unanswered }: Load): string | undefined {
  if (requests > 0 && refused + unanswered === 0) return undefined;
  return `${requests} answers, ${refused} of them refused, ${unanswered} requests unanswered`;
}

/** Enough load to see that everything answers; its figures are those of a client in JavaScript. */
export const burst: Generator = { name: "sockets of the bench itself", run: runBurst };

async function runBurst(url: string, { connections, seconds }: LoadOptions): Promise<Load> {
  const { origin, pathname, search } = new URL(url);
  const sockets = await Sockets.open(origin, connections);
  const latencies: number[] = [];
  let [unanswered, refused] = [0, 0];
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    const sent = performance.now();
    for (const answer of await Promise.all(sockets.send(() => pathname + search))) {
      if (answer === undefined) unanswered++;
      else latencies.push(answer.at - sent);
      if (answer !== undefined && (answer.status < 200 || answer.status > 299)) refused++;
    }
    if (unanswered > 0) break;
  }
  const spentMs = performance.now() - started;
  sockets.close();
  return {
    perSecond: (latencies.length * 1000) / spentMs,
    requests: latencies.length,
    p99Ms: quantile(latencies, 0.99),
    maxMs: quantile(latencies, 1),
    unanswered,
    refused,
  };
}

/** Returns the generator that this machine has. */
export function findGenerator(): Generator {
  try {
    const version = /^wrk (\S+)/.exec(execFileSync("sh", ["-c", "wrk -v 2>&1 || true"], { encoding: "utf8" }))?.[1];
    if (version !== undefined) return { name: `wrk ${version}`, run: runWrk };
  } catch {
    // No shell, no wrk.
  }
  return { name: "autocannon", run: (url, options) => runAutocannon(url, options) };
}

async function runWrk(url: string, { connections, seconds }: LoadOptions): Promise<Load> {
  const args = ["-t1", `-c${connections}`, `-d${Math.ceil(seconds) + 5}s`, "--latency"];
  // It takes whole seconds only, and prints what it has when it is interrupted.
  const text = await output("wrk", [...args, "-H", "Metadata-Flavor: Google", url], seconds * 1000);
  const first = (pattern: RegExp) => pattern.exec(text)?.[1];
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  return {
    perSecond: Number(first(/Requests\/sec:\s+([\d.]+)/)),
    requests: Number(first(/(\d+) requests in/)),
    p99Ms: milliseconds(first(/ 99%\s+(\S+)/)),
    maxMs: milliseconds(first(/Latency\s+\S+\s+\S+\s+(\S+)/)),
    unanswered: errors.reduce((sum, count) => sum + Number(count), 0),
    refused: Number(first(/Non-2xx or 3xx responses: (\d+)/) ?? 0),
  };
}

function milliseconds(text = ""): number {
  const value = Number.parseFloat(text);
  return text.endsWith("us") ? value / 1000 : text.endsWith("ms") ? value : value * 1000;
}

const autocannon = fileURLToPath(import.meta.resolve("autocannon"));

/** What of autocannon's result is read here. */
interface AutocannonResult {
  readonly requests: { readonly average: number; readonly total: number };
  readonly latency: { readonly p99: number; readonly max: number };
  readonly errors: number;
  readonly non2xx: number;
}

/** Runs autocannon; `more` are arguments of its command line. */
export async function runAutocannon(
  url: string,
  { connections, seconds }: LoadOptions,
  more: readonly string[] = [],
): Promise<Load> {
  const args = ["--json", "--no-progress", "-c", String(connections), "-d", String(Math.ceil(seconds))];
  const all = [...args, ...more, "-H", "Metadata-Flavor=Google", url];
  const result: AutocannonResult = JSON.parse(await output(process.execPath, [autocannon, ...all]));
  return {
    perSecond: result.requests.average,
    requests: result.requests.total,
    p99Ms: result.latency.p99,
    maxMs: result.latency.max,
    unanswered: result.errors,
    refused: result.non2xx,
  };
}

/** What a program prints; it is interrupted after `ms`. */
function output(program: string, args: readonly string[], ms?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 16 * 2 ** 20 }, (error, stdout) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(stdout);
    });
    const timer = ms === undefined ? undefined : setTimeout(() => child.kill("SIGINT"), ms);
  });
}
