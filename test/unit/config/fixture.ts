/**
 * Settings from a command line, variables and files that exist only here.
 *
 * @module
 */
import { loadSettings } from "../../../worker/config/load.ts";
import type { FlagValues } from "../../../worker/config/flag-values.ts";
import type { Settings } from "../../../worker/config/settings.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";
import type { Platform } from "../../../worker/platform.ts";

export interface Given {
  readonly flags?: FlagValues;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly config?: unknown;
  readonly files?: Readonly<Record<string, string>>;
  /** A runtime without files, as workerd is. */
  readonly noFiles?: boolean;
}

export const warnings: string[] = [];

/** Loads settings; `config` is text, or an object that becomes text. */
export function load({ flags = {}, env = {}, config, files = {}, noFiles = false }: Given = {}): Promise<Settings> {
  const readTextFile = async (path: string): Promise<string> => {
    const text = files[path];
    if (text === undefined)
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
    return text;
  };
  const platform: Platform = {
    runtime: "test",
    clock: { now: () => 0, timer: () => () => undefined },
    log: (_level, message) => void warnings.push(message),
    env,
    fetch: () => Promise.reject(new Error("no network")),
    random: () => 0,
    ...(noFiles ? {} : { readTextFile }),
  };
  const configText = typeof config === "string" ? config : config === undefined ? undefined : JSON.stringify(config);
  return loadSettings({ flags, env, ...(configText === undefined ? {} : { configText }) }, platform);
}

/** Returns the problems, a line each; none when the settings load. */
export async function problems(given: Given): Promise<string[]> {
  try {
    await load(given);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n");
    throw error;
  }
  return [];
}
