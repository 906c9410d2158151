/**
 * The file of `--state`: read at the start, replaced before a change is acknowledged. A file that is torn or somebody
 * else's is never written over: it is kept aside under another name.
 *
 * @module
 */
import { access, constants, lstat, readFile, realpath, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import type { EmulatorOptions } from "../emulator.ts";
import { type State, StateError, stateFromText, stateToText } from "../instance/state.ts";
import { ConfigurationError, messageOf, type Problem } from "../lib/errors.ts";
import type { Platform } from "../platform.ts";
import { replaceFile } from "./replace-file.ts";

type Kept = Required<Pick<EmulatorOptions, "changes" | "save" | "onKeys">> & Pick<EmulatorOptions, "keys">;

/** Opens the file and proves that it can be written. Throws a `ConfigurationError` when it cannot. */
export async function openState(given: string, platform: Platform): Promise<Kept> {
  try {
    const path = await placeOf(given);
    const file = new StateFile(path, await read(path, platform));
    await file.write();
    return file.options();
  } catch (error) {
    throw new ConfigurationError([problemOf(given, error)]);
  }
}

/** What is wrong with the folder of the file, found without writing: other mistakes may end the start. */
export async function stateProblems(given: string): Promise<readonly Problem[]> {
  try {
    const path = await placeOf(given);
    await access(dirname(path), constants.W_OK);
    return [];
  } catch (error) {
    return [problemOf(given, error)];
  }
}

/** Returns where the file is or will be. A link stays one: what it points to is replaced. */
async function placeOf(given: string): Promise<string> {
  const found = await lstat(given).catch(() => undefined);
  if (found === undefined) return given;
  // What Linux does for links, too: in /tmp a file or link of this name may have been put there for us to find.
  const folder = await stat(dirname(given));
  if ((folder.mode & 0o002) !== 0 && ![folder.uid, process.geteuid?.()].includes(found.uid))
    throw new Error("it belongs to another user, in a folder that everybody may write to");
  const path = await realpath(given).catch(() => given);
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory() === true) throw new Error("it is a folder");
  // A pipe would be waited for, and a device (/dev/null, as root) replaced.
  if (target?.isFile() === false) throw new Error("it is no file");
  return path;
}

function problemOf(given: string, error: unknown): Problem {
  return { at: "--state", message: `Cannot keep changes in "${given}": ${messageOf(error)}` };
}

async function read(path: string, { clock, log }: Platform): Promise<State> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // As `mktemp` and `touch` leave it.
  if (text === "") return { changes: [], keys: undefined };
  try {
    return stateFromText(text);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const aside = `${path}.refused-${new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "")}`;
    await rename(path, aside);
    log("error", `Cannot use the state in "${path}": ${error.message}. Kept aside as "${aside}", starting without it`);
    return { changes: [], keys: undefined };
  }
}

class StateFile {
  readonly #path: string;
  #state: State;
  #queue: Promise<void> = Promise.resolve();

  constructor(path: string, state: State) {
    this.#path = path;
    this.#state = state;
  }

  /** Writes the file; one writer after the other. */
  write(): Promise<void> {
    const done = this.#queue.then(() => replaceFile(this.#path, stateToText(this.#state), `${this.#path}.tmp`));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** The state for the emulator, and where it puts the next one. */
  options(): Kept {
    return {
      changes: this.#state.changes,
      keys: this.#state.keys,
      save: (changes) => this.#put("changes", changes),
      onKeys: (keys) => this.#put("keys", keys),
    };
  }

  /** What could not be written is taken back: its change is not acknowledged and must not come with the next. */
  async #put<Part extends keyof State>(part: Part, value: State[Part]): Promise<void> {
    const before = this.#state[part];
    this.#state = { ...this.#state, [part]: value };
    try {
      await this.write();
    } catch (error) {
      // The other part may have changed meanwhile.
      if (this.#state[part] === value) this.#state = { ...this.#state, [part]: before };
      const what = part === "keys" ? "keys" : "change";
      throw new Error(`Cannot keep the ${what} in "${this.#path}": ${messageOf(error)}`, { cause: error });
    }
  }
}
