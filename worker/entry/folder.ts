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
/** Folders in links of each other could be walked for ever, and nobody has that many values. */
export const maxEntries = 20_000;

/** Reads `path` with everything below it, `most` entries in all. Throws a `ConfigurationError`. */
export async function readFolder(path: string, most = maxEntries): Promise<Folder> {
  try {
    const root = await realpath(path);
    return await read({ root, most, left: most }, [root]);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such folder" : code === "ENOTDIR" ? "it is not a folder" : messageOf(error);
    throw problem(`Cannot read "${path}": ${why}`);
  }
}

interface Walk {
  readonly root: string;
  readonly most: number;
  /** Entries that may still be read. */
  left: number;
}

/** Reads the last folder of `chain`, which holds the folders around it: a link to one of them is left out. */
async function read(walk: Walk, chain: readonly string[]): Promise<Folder> {
  const entries: [string, string | Folder][] = [];
  const folder = chain.at(-1) ?? walk.root;
  for (const name of (await readdir(folder)).sort()) {
    if (name.startsWith(".")) continue;
    const real = await realpath(join(folder, name)).catch(() => undefined);
    if (real === undefined || !`${real}${sep}`.startsWith(`${walk.root}${sep}`) || chain.includes(real)) continue;
    if (walk.left-- <= 0) throw problem(`There are more than ${walk.most} files and folders`);
    const info = await stat(real);
    if (info.isDirectory()) entries.push([name, await read(walk, [...chain, real])]);
    else if (info.isFile()) entries.push([name, await readValue(real, info.size)]);
  }
  return Object.fromEntries(entries);
}

async function readValue(path: string, size: number): Promise<string> {
  if (size > maxFile) throw problem(`"${path}" is larger than ${maxFile} bytes`);
  return readFile(path, "utf8");
}

function problem(message: string): ConfigurationError {
  return new ConfigurationError([{ at: "--metadata-dir", message }]);
}
