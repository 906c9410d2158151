/**
 * The package as its users have it: packed, and installed with npm in a project of its own.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { cleanEnvironment } from "../harness/runtime-command.ts";

/** What a program printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Project {
  readonly folder: string;
  /** The packed package. */
  readonly tarball: string;
  /** Runs a program in the project, or below it. The machine's own Node comes first, not that of this clone. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Ended>;
  remove(): void;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly below?: string;
}

const root = resolve(import.meta.dirname, "../..");
const bin = join(root, "node_modules/.bin");
const limitMs = 100_000;

/** Development packages of examples, beside what the package itself brings: taken from this clone. */
const borrowed = ["vitest", "hono", "gcp-metadata", "google-auth-library"];

/** Packs and installs. Needs the registry, or npm's cache, for the package's few dependencies. */
export async function createProject(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), "gme-package-"));
  const run: Project["run"] = (program, args, { below = ".", env = {} } = {}) =>
    ended(program, args, resolve(folder, below), env);
  const packed = await ended("npm", ["pack", "--pack-destination", folder], root, {});
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error(`npm pack made no package:\n${packed.stdout}${packed.stderr}`);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  const installed = await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${name}`]);
  if (installed.code !== 0) throw new Error(`npm install failed:\n${installed.stdout}${installed.stderr}`);
  for (const other of borrowed) symlinkSync(join(root, "node_modules", other), join(folder, "node_modules", other));
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  return {
    folder,
    tarball: join(folder, name),
    run,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The machine's PATH without this clone's programs, which `npm test` puts first; Bun and Deno stand at the end. */
function searchPath(): string {
  const own = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((entry) => !entry.endsWith(join("node_modules", ".bin")));
  return [...own.filter((entry) => !entry.includes("node-gyp-bin")), bin].join(delimiter);
}

function ended(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const inherited = Object.entries(cleanEnvironment()).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name));
  const options = {
    cwd,
    env: { ...Object.fromEntries(inherited), PATH: searchPath(), NO_COLOR: "1", NO_PROXY: "127.0.0.1", ...env },
    timeout: limitMs,
    maxBuffer: 16 * 1024 * 1024,
  };
  return new Promise((settle) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      settle({ code, stdout, stderr: code === null ? `${stderr}\n${error?.message}` : stderr });
    });
  });
}
