/**
 * Where a program of clients runs: beside a server on loopback, or in a network namespace whose 169.254.169.254:80 is the
 * server, and in each of them also without a server.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Command, cleanEnvironment, type Runtime } from "../harness/runtime-command.ts";
import { freePort, type RunningServer, startServer } from "../harness/server.ts";
import { createNamespace, metadataAddress, type Namespace } from "./namespace.ts";
import { serveStub } from "./stub.ts";
import type { Place, State } from "./suite.ts";

const run = promisify(execFile);
const bin = resolve(import.meta.dirname, "../../node_modules/.bin");
const programLimitMs = 240_000;

/** What every server of the client tests is started with. */
const control = "token-of-the-client-tests";
const config = {
  metadata: {
    instance: {
      attributes: { "enable-guest-attributes": "TRUE", greeting: "hello", port: "8080" },
      tags: ["blue", "green"],
    },
    project: { attributes: { team: "blue" } },
  },
};

/** A place with its state. */
export interface Target {
  /** Runs the program of a suite in `folder` and returns what it printed on stdout. */
  run(command: Command, folder: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens `place` with a server of `runtime`, or with none. */
export async function openTarget(place: Place, state: State, runtime: Runtime): Promise<Target> {
  return place === "loopback" ? openLoopback(state, runtime) : openNamespace(state, runtime);
}

async function openLoopback(state: State, runtime: Runtime): Promise<Target> {
  const server = state === "up" ? await start(runtime) : undefined;
  const host = server === undefined ? `127.0.0.1:${await freePort()}` : `127.0.0.1:${server.port}`;
  const stub = server === undefined ? undefined : await serveStub(server.origin);
  const env = {
    GCE_METADATA_HOST: host,
    GCE_METADATA_IP: host,
    GCE_METADATA_ROOT: host,
    METADATA_SERVER_DETECTION: "ping-only",
    GCE_METADATA_MTLS_MODE: "none",
    NO_PROXY: "127.0.0.1",
    EMULATOR_ORIGIN: `http://${host}`,
    STUB_ORIGIN: stub?.origin ?? "",
  };
  const close = async (): Promise<void> => {
    stub?.close();
    await server?.stop();
  };
  return { run: (command, folder) => runProgram(command, folder, ["loopback", state], env, []), close };
}

async function openNamespace(state: State, runtime: Runtime): Promise<Target> {
  const namespace = createNamespace(state);
  let server: RunningServer | undefined;
  try {
    if (state === "up") server = await start(runtime, namespace);
  } catch (error) {
    namespace.remove();
    throw error;
  }
  const env = { EMULATOR_ORIGIN: `http://${metadataAddress}`, METADATA_SERVER_DETECTION: "ping-only" };
  const close = async (): Promise<void> => {
    await server?.stop();
    namespace.remove();
  };
  const enter = namespace.enter;
  return { run: (command, folder) => runProgram(command, folder, ["namespace", state], env, enter), close };
}

function start(runtime: Runtime, namespace?: Namespace): Promise<RunningServer> {
  const options = { config, flags: ["--control-token", control] };
  if (namespace === undefined) return startServer(runtime, options);
  return startServer(runtime, { ...options, address: { host: metadataAddress, port: 80 }, within: namespace.enter });
}

async function runProgram(
  command: Command,
  folder: string,
  [place, state]: readonly [Place, State],
  env: Readonly<Record<string, string>>,
  enter: readonly string[],
): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "gme-client-"));
  const [program = "", ...args] = [...enter, command.program, ...command.args, state, place];
  // Nothing of the machine's own Google set-up: what a user exports, and no more.
  const { PATH = "" } = cleanEnvironment();
  const own = { PATH: `${bin}:${PATH}`, HOME: home, CLOUDSDK_CONFIG: join(home, "gcloud"), EMULATOR_CONTROL: control };
  try {
    const options = { cwd: folder, env: { ...own, ...env, ...command.env }, timeout: programLimitMs, maxBuffer: 64e6 };
    return (await run(program, args, options)).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[program, ...args].join(" ")} failed: ${String(error)}\n${stdout}${stderr}`, { cause: error });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
