/**
 * `npm run test:openapi`: schemathesis asks the server of every runtime what docs/openapi.json describes, and what it does
 * not. `npm run test:openapi -- node --max-examples 1000` asks one runtime longer.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import buildWorker from "../harness/build-worker.ts";
import { type Runtime, runtimes } from "../harness/runtime-command.ts";
import { type RunningServer, startServer } from "../harness/server.ts";
import { configuration } from "./cases.ts";
import { controlToken } from "./requests.ts";

const root = resolve(import.meta.dirname, "../..");
const program = resolve(root, ".cache/openapi-venv/bin/schemathesis");

const given = process.argv.slice(2);
const named = runtimes.filter((runtime) => given.includes(runtime));
const more = given.filter((argument) => !runtimes.includes(argument as Runtime));
const longestMs = more.length === 0 ? 150_000 : 3_600_000;

interface Part {
  readonly name: string;
  readonly config: string;
  readonly args: readonly string[];
}

/** One after the other: control calls leave little of the tree that the others are about. */
const parts: readonly Part[] = [
  {
    name: "strangers",
    config: "strangers.toml",
    args: ["--exclude-tag", "emulator", "--max-examples", "25", "--phases", "fuzzing"],
  },
  { name: "all but control", config: "schemathesis.toml", args: ["--exclude-tag", "control", "--max-examples", "25"] },
  { name: "control", config: "schemathesis.toml", args: ["--include-tag", "control", "--max-examples", "25"] },
];

/** The other machines speak differently; they have neither guest attributes nor OS Login. */
const others: readonly Part[] = [
  {
    name: "metadata, tokens",
    config: "schemathesis.toml",
    args: ["--include-tag", "metadata", "--include-tag", "tokens", "--max-examples", "10"],
  },
];

interface Job {
  readonly runtime: Runtime;
  readonly preset: "vm" | "gke" | "cloud-run";
  readonly parts: readonly Part[];
}

const jobs: readonly Job[] = [
  ...runtimes.map((runtime) => ({ runtime, preset: "vm" as const, parts })),
  { runtime: "node", preset: "gke", parts: others },
  { runtime: "node", preset: "cloud-run", parts: others },
];

/** Runs schemathesis. Resolves to what is to be said; rejects with everything that it printed when it found anything. */
function ask(server: RunningServer, config: string, args: readonly string[]): Promise<string> {
  const all = ["--config-file", `test/openapi/${config}`, "run", "docs/openapi.json", "--no-color"];
  const child = spawn(program, [...all, "--url", server.origin, ...args], {
    cwd: root,
    env: {
      ...process.env,
      CONTROL_TOKEN: controlToken,
      HYPOTHESIS_STORAGE_DIRECTORY: resolve(root, ".cache/hypothesis"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const limit = setTimeout(() => child.kill("SIGKILL"), longestMs);
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(limit);
      const passed = /(\d+) generated, (\d+) passed/.exec(printed);
      // A run that asked nothing has found nothing either.
      if (code === 0 && passed !== null && Number(passed[2]) > 0) settle(`${passed[2]} requests`);
      else reject(new Error(`schemathesis ended with ${code ?? `its time, ${longestMs} ms`}\n${printed}`));
    });
  });
}

/** Asks one server. Returns what is wrong. */
async function askServer({ runtime, parts: asked, preset }: Job): Promise<string[]> {
  const flags = ["--control-token", controlToken, "--preset", preset];
  const server = await startServer(runtime, { config: configuration, flags });
  const problems: string[] = [];
  for (const { args, config, name } of asked) {
    const started = Date.now();
    const label = `${runtime}, ${preset}, ${name}`;
    try {
      const said = await ask(server, config, [...args, ...more]);
      console.log(`${label}: ${said}, ${Math.round((Date.now() - started) / 1000)} s`);
    } catch (error) {
      problems.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const health = await fetch(`${server.origin}/emulator/v1/health`).catch((error: Error) => error);
  if (health instanceof Error || health.status !== 200) problems.push(`${runtime}: the server has ended`);
  const failures = `${server.stdout()}\n${server.stderr()}`.split("\n").filter((line) => /Cannot answer /.test(line));
  problems.push(...failures.slice(0, 10).map((line) => `${runtime}, log: ${line}`));
  const code = await server.stop();
  // workerd does not handle SIGTERM.
  if (runtime !== "workerd" && code !== 0) problems.push(`${runtime}: the server ended with ${code}`);
  return problems;
}

const waiting = jobs.filter(({ runtime }) => named.length === 0 || named.includes(runtime));
if (waiting.some(({ runtime }) => runtime === "workerd")) buildWorker();
const problems: string[] = [];
/** Two at a time: each has a server and a Python. */
const lane = async (): Promise<void> => {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) problems.push(...(await askServer(job)));
};
await Promise.all([lane(), lane()]);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
