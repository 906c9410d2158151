/**
 * Follows the configuration file and the folder of `--metadata-dir`: a good save takes effect, a bad one is told once and
 * leaves the last good one in force.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { configurationPath } from "../config/document.ts";
import type { FlagValues } from "../config/flag-values.ts";
import type { Settings } from "../config/settings.ts";
import { messageOf } from "../lib/errors.ts";
import type { Platform } from "../platform.ts";
import { readFolder } from "./folder.ts";
import { addFolders, addWay, type Places, Watcher } from "./watch.ts";

/** A save is often several steps (truncate, write, rename): what comes within this time of the first is one. */
const saveMs = 60;

export interface Followed {
  readonly flags: FlagValues;
  readonly platform: Platform;
  /** Reads everything anew. Rejects with every mistake. */
  load(): Promise<Settings>;
  /** Puts settings in force. Rejects and changes nothing on a mistake. */
  configure(settings: Settings): Promise<void>;
}

/** Begins to follow; resolves when no later change can be missed. The returned function ends it. */
export async function followFiles(followed: Followed): Promise<() => void> {
  const { flags, platform } = followed;
  const file = configurationPath(flags, platform.env)?.value;
  if (file === undefined && flags.metadataDir === undefined) return () => undefined;
  const follower = new Follower(followed, file);
  await follower.begin();
  return () => follower.end();
}

class Follower {
  readonly #followed: Followed;
  readonly #file: string | undefined;
  readonly #watcher: Watcher;
  #seen = "";
  #lastError = "";
  #cancel: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(followed: Followed, file: string | undefined) {
    this.#followed = followed;
    this.#file = file;
    this.#watcher = new Watcher(
      () => this.#later(),
      (folder, error) =>
        followed.platform.log("warn", `Cannot watch "${folder}", changes there need a restart: ${messageOf(error)}`),
    );
  }

  async begin(): Promise<void> {
    this.#seen = await this.#content();
    await this.#watchAll();
    // What changed before it was watched.
    await this.#check();
  }

  end(): void {
    this.#cancel?.();
    this.#watcher.close();
  }

  #later(): void {
    this.#cancel ??= this.#followed.platform.clock.timer(saveMs, () => {
      this.#cancel = undefined;
      this.#work = this.#work.then(() => this.#check());
    });
  }

  async #check(): Promise<void> {
    let fresh: boolean;
    do {
      fresh = await this.#watchAll();
      const content = await this.#content();
      if (content === this.#seen) continue;
      this.#seen = content;
      await this.#takeOver();
    } while (fresh);
  }

  async #takeOver(): Promise<void> {
    const { configure, load, platform } = this.#followed;
    try {
      await configure(await load());
      this.#lastError = "";
      platform.log("info", "The configuration was read anew");
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#lastError)
        platform.log("error", `Cannot use the changed configuration, the last good one stays in force: ${reason}`);
      this.#lastError = reason;
    }
  }

  async #watchAll(): Promise<boolean> {
    const { metadataDir } = this.#followed.flags;
    const places: Places = new Map();
    if (this.#file !== undefined) await addWay(this.#file, places);
    if (metadataDir !== undefined) {
      await addWay(metadataDir, places);
      await addFolders(metadataDir, places);
    }
    return this.#watcher.watch(places);
  }

  /** What would be read now, to tell a change from a mere touch. */
  async #content(): Promise<string> {
    const { metadataDir } = this.#followed.flags;
    const file = this.#file === undefined ? "" : await contentOf(this.#file).catch(messageOf);
    const folder = metadataDir === undefined ? {} : await readFolder(metadataDir).catch(messageOf);
    return JSON.stringify([file, folder]);
  }
}

/** A pipe has been read at the start; what comes out of it later is for somebody else. */
async function contentOf(path: string): Promise<string> {
  return (await stat(path)).isFIFO() ? "a pipe" : readFile(path, "utf8");
}
