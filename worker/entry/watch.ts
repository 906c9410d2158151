/**
 * Tells when a file or folder may have changed, from the file system's own notices: saved in place or by rename, or any
 * folder or link on the way to it swapped for another, as Kubernetes does with a ConfigMap.
 *
 * @module
 */
import { type FSWatcher, watch } from "node:fs";
import { lstat, readdir, readlink, stat } from "node:fs/promises";
import { basename, join, parse, resolve, sep } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Folders to watch, each with the names in it that matter; `undefined`: every name. */
export type Places = Map<string, Set<string> | undefined>;

const maxLinks = 40;
const closeMs = 10;
/** Folders below a watched one beyond this many are left out: each costs the system a watch. */
const maxFolders = 2_000;

/** Adds the places whose change can give `path` another content: each step of the way, links and their targets. */
export async function addWay(path: string, places: Places): Promise<void> {
  let rest = resolve(path);
  for (let links = 0; links < maxLinks; links++) {
    const target = await firstLink(rest, places);
    if (target === undefined) return;
    rest = target;
  }
}

/** Walks down `path` up to its first link. Returns where that leads with the rest of the path behind it. */
async function firstLink(path: string, places: Places): Promise<string | undefined> {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  let folder = root;
  for (const [i, name] of names.entries()) {
    const known = places.get(folder);
    if (known !== undefined || !places.has(folder)) places.set(folder, new Set([...(known ?? []), name]));
    const at = join(folder, name);
    const info = await lstat(at).catch(() => undefined);
    if (info === undefined) return undefined;
    if (info.isSymbolicLink()) {
      // It may be gone or a file by now; the folder above tells of what comes in its place.
      const target = await readlink(at).catch(() => undefined);
      return target && resolve(folder, target, ...names.slice(i + 1));
    }
    folder = at;
  }
  return undefined;
}

/** Adds `folder` and every folder below it. */
export async function addFolders(folder: string, places: Places): Promise<void> {
  if (places.size >= maxFolders) return;
  places.set(folder, undefined);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await addFolders(join(folder, entry.name), places);
}

export class Watcher {
  readonly #changed: () => void;
  readonly #failed: (folder: string, error: unknown) => void;
  /** Folders that cannot be watched: told once. */
  readonly #refused = new Set<string>();
  readonly #watched = new Map<string, { readonly watcher: FSWatcher; names: Set<string> | undefined }>();

  constructor(changed: () => void, failed: (folder: string, error: unknown) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Watches these places and no others. Resolves to whether any was not watched before. */
  async watch(places: Places): Promise<boolean> {
    const wanted = new Map<string, string>();
    for (const folder of places.keys()) {
      const key = await keyOf(folder);
      if (key !== undefined) wanted.set(key, folder);
    }
    // First the old ones: Bun and Deno keep one watch a path, and a folder of the same name may be another one now.
    const stale = [...this.#watched].filter(([key]) => !wanted.has(key));
    for (const [key, { watcher }] of stale) {
      watcher.close();
      this.#watched.delete(key);
    }
    // Deno lets go of the path a turn after `close`, and would take a new watch on it along.
    if (stale.length > 0) await setTimeout(closeMs);
    let fresh = false;
    for (const [key, folder] of wanted) {
      const held = this.#watched.get(key);
      if (held !== undefined) held.names = places.get(folder);
      else fresh = this.#begin(key, folder, places.get(folder)) || fresh;
    }
    return fresh;
  }

  close(): void {
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #begin(key: string, folder: string, names: Set<string> | undefined): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        const wanted = this.#watched.get(key)?.names;
        if (wanted === undefined || name === null || wanted.has(basename(String(name)))) this.#changed();
      });
      // A folder that is gone is noticed by the one above it.
      watcher.on("error", () => this.#changed());
      this.#watched.set(key, { watcher, names });
      return true;
    } catch (error) {
      if (!this.#refused.has(key)) this.#failed(folder, error);
      this.#refused.add(key);
      return false;
    }
  }
}

/** A folder that was replaced by another of the same name is another one. */
async function keyOf(folder: string): Promise<string | undefined> {
  const info = await stat(folder).catch(() => undefined);
  return info?.isDirectory() === true ? `${info.dev}:${info.ino}:${folder}` : undefined;
}
