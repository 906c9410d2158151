/**
 * The copy of this folder that defences are taken out of: nothing that is done there comes back.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");

/** Runs a program to its end. */
export const run = promisify(execFile);

/** Copies what git knows or would know. Installed packages are linked; what a build leaves is made anew. */
export async function copyTree(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "gce-metadata-mutations-"));
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of stdout.split("\0")) if (file !== "") cpSync(join(root, file), join(copy, file));
  for (const folder of ["node_modules", ".cache"]) mkdirSync(join(copy, folder));
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith(".")) link(copy, join("node_modules", name));
  // Its links lead to the packages beside it, and so to those of the copy.
  cpSync(join(root, "node_modules/.bin"), join(copy, "node_modules/.bin"), { recursive: true, verbatimSymlinks: true });
  link(copy, ".cache/venv");
  return copy;
}

function link(copy: string, name: string): void {
  symlinkSync(join(root, name), join(copy, name));
}

/** Puts a package itself in the place of its link, if `file` is one of its. */
export function ownPackage(copy: string, file: string): void {
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (name === undefined) return;
  const place = join("node_modules", name);
  rmSync(join(copy, place), { recursive: true });
  cpSync(join(root, place), join(copy, place), { recursive: true, verbatimSymlinks: true });
}
