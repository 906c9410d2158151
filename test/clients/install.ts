/**
 * Installs clients into `.cache/clients/NAME`, once for each state of the files that pin their versions.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Returns the folder of the module whose `import.meta.url` is given. */
export function here(url: string): string {
  return dirname(fileURLToPath(url));
}

/** Copies `files` into an emptied `folder` and installs there, unless that has been done with the same files. */
export function once(folder: string, files: readonly string[], install: () => void): void {
  const hash = createHash("sha256");
  for (const file of files) hash.update(basename(file)).update("\0").update(readFileSync(file)).update("\0");
  const wanted = hash.digest("hex");
  const stamp = join(folder, ".installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyInto(folder, files);
  install();
  writeFileSync(stamp, wanted);
}

/** Copies files into `folder`, under their own names. */
export function copyInto(folder: string, files: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const file of files) copyFileSync(file, join(folder, basename(file)));
}

/** Runs a program to its end. What it printed is part of the error when it fails. */
export function execute(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): string {
  try {
    const options = { cwd, env: { ...process.env, ...env }, stdio: "pipe", maxBuffer: 64e6 } as const;
    return execFileSync(program, args, options).toString();
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`Cannot run ${[program, ...args].join(" ")} in ${cwd}\n${stdout}${stderr}`.trimEnd(), {
      cause: error,
    });
  }
}

/** Makes `venv` in `folder` with what the lock file says, each package checked against its hash. */
export function installPython(folder: string, lock: string): void {
  execute("python3", ["-m", "venv", "venv"], folder);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
  execute("venv/bin/python", [...pip, "--requirement", lock], folder);
}
