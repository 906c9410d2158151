/**
 * Reads the folder of `--metadata-dir` from disk: dot files are left out, links are followed only inside the folder.
 *
 * @module
 */
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { ConfigurationError, messageOf } from "../lib/errors.ts";
import type { Folder } from "../metadata/folder.ts";

/** A file above this is no metadata value. Bytes. */
const maxFile = 256 * 1024;
const maxDepth = 32;

/** Reads `path` with everything below it. Throws a `ConfigurationError`. */
export async function readFolder(path: string): Promise<Folder> {
  try {
    const root = await realpath(path);
    return await read(root, root, 0);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such folder" : code === "ENOTDIR" ? "it is not a folder" : messageOf(error);
    throw new ConfigurationError([{ at: "--metadata-dir", message: `Cannot read "${path}": ${why}` }]);
  }
}

async function read(folder: string, root: string, depth: number): Promise<Folder> {
  const entries: [string, string | Folder][] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (name.startsWith(".") || depth > maxDepth) continue;
    const real = await realpath(join(folder, name)).catch(() => undefined);
    if (real === undefined || !`${real}${sep}`.startsWith(`${root}${sep}`)) continue;
    const info = await stat(real);
    if (info.isDirectory()) entries.push([name, await read(real, root, depth + 1)]);
    else if (info.isFile()) entries.push([name, await readValue(real, info.size)]);
  }
  return Object.fromEntries(entries);
}

async function readValue(path: string, size: number): Promise<string> {
  if (size > maxFile) {
    throw new ConfigurationError([{ at: "--metadata-dir", message: `"${path}" is larger than ${maxFile} bytes` }]);
  }
  return readFile(path, "utf8");
}
