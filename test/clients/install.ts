/**
 * Installs clients into `.cache/clients/NAME`, once for each state of the files that pin their versions.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/**
 * Downloads a package of Debian 12 and unpacks it into `package` in `folder`; its version goes into the file `version`.
 * apt's lists are the folder's own, and nothing is installed on the machine.
 */
export function unpackDebian(folder: string, name: string, pinned: string): void {
  const own = [`Dir::State::Lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, "APT::Sandbox::User=root"];
  const options = own.flatMap((option) => ["-o", option]);
  for (const needed of ["lists/partial", "cache/archives/partial"])
    mkdirSync(join(folder, needed), { recursive: true });
  execute("apt-get", ["update", "-qq", ...options], folder);
  execute("apt-get", ["download", "-qq", ...options, name], folder);
  const file = readdirSync(folder).find((one) => one.startsWith(`${name}_`) && one.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get download ${name} left no package in ${folder}`);
  const version = execute("dpkg-deb", ["-f", file, "Version"], folder)
    .trim()
    .replace(/-[^-]*$/, "");
  if (version !== pinned) throw new Error(`Debian has ${name} ${version} by now, and the suite is for ${pinned}`);
  execute("dpkg-deb", ["-x", file, "package"], folder);
  writeFileSync(join(folder, "version"), version);
  for (const spent of ["lists", "cache", file]) rmSync(join(folder, spent), { recursive: true });
}
