/**
 * Loads settings without a runtime: files are a record, log lines are kept.
 *
 * @module
 */
import type { FlagValues } from "../../../worker/config/flag-values.ts";
import { loadSettings } from "../../../worker/config/load.ts";
import type { Settings } from "../../../worker/config/settings.ts";
import { systemClock } from "../../../worker/lib/clock.ts";
import { ConfigurationError, type Problem } from "../../../worker/lib/errors.ts";
import type { Json } from "../../../worker/lib/json.ts";
import { loadComplete } from "../../../worker/load.ts";
import type { Platform } from "../../../worker/platform.ts";

export interface Case {
  readonly flags?: FlagValues;
  readonly env?: Readonly<Record<string, string>>;
  /** Contents by path; a string is the text itself, anything else its JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  /** Configuration, as an object or as text. */
  readonly config?: unknown;
  readonly noFiles?: boolean;
  /** Flags that could not be read. */
  readonly wrong?: readonly (keyof FlagValues)[];
  /** Whether everything is read that a start reads, credentials too. */
  readonly complete?: boolean;
}

/** Warnings since a test last emptied it. */
export const warnings: string[] = [];

export const key = { type: "service_account", client_email: "sa@p.iam.gserviceaccount.com", private_key: "SECRET-KEY" };
export const federation = { type: "external_account", audience: "//iam.googleapis.com/x" };
export const local = { type: "local" };

/** Returns a platform that reads `files` and fails any network call. */
function platformOf({ files = {}, noFiles }: Case): Platform {
  const platform: Platform = {
    runtime: "test",
    clock: systemClock,
    log: (level, message) => void (level === "warn" && warnings.push(message)),
    env: {},
    fetch: () => Promise.reject(new Error("no network in this test")),
    random: () => 0,
  };
  if (noFiles === true) return platform;
  const readTextFile = async (path: string): Promise<string> => {
    const content = files[path];
    if (content === undefined)
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
    return typeof content === "string" ? content : JSON.stringify(content);
  };
  return { ...platform, readTextFile };
}

export function load(given: Case = {}): Promise<Settings> {
  const { complete, config, env = {}, flags = {}, wrong = [] } = given;
  const configText = config === undefined ? undefined : typeof config === "string" ? config : JSON.stringify(config);
  const inputs = { flags, env, wrong, ...(configText === undefined ? {} : { configText }) };
  return complete === true ? loadComplete(inputs, platformOf(given)) : loadSettings(inputs, platformOf(given));
}

/** Returns the problems of a case that must fail. */
async function problemsOf(given: Case): Promise<readonly Problem[]> {
  try {
    await load(given);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error("the settings were accepted");
}

/** Returns each problem as the line that a user sees. */
export async function problems(given: Case): Promise<string[]> {
  return (await problemsOf(given)).map(({ at, message }) => (at === "" ? message : `${at}: ${message}`));
}

/** Returns the source of the `default` account. */
export async function sourceOf(given: Case): Promise<Json | undefined> {
  return (await load(given)).accounts.default?.source;
}
