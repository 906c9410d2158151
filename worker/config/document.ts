/**
 * Finds the configuration's text. What checks it (`parse.ts`, with the whole schema) is loaded only when there is one.
 *
 * @module
 */
import type { Problems } from "../lib/problems.ts";
import type { Platform } from "../platform.ts";
import { readFileNamed } from "./files.ts";
import type { Environment, FlagValues, SettingsInputs } from "./flag-values.ts";
import type { Configuration } from "./schema.ts";
import { fromEnvironment, type Given, given } from "./values.ts";

/** Keys from the top of the document down to a value. */
export type KeyPath = readonly (string | number)[];

/** A checked document, and where its tree stood in it. */
export interface ConfigurationDocument {
  readonly configuration: Configuration;
  readonly metadataAt: string;
  /** What was wrong and is left out: whatever needs it cannot be judged. An empty path stands for the whole document. */
  readonly lost: readonly KeyPath[];
}

/** Whether something at or below one of these keys was left out. */
export function isLost({ lost }: ConfigurationDocument, ...keys: readonly string[]): boolean {
  return lost.some(([first]) => first === undefined || keys.includes(String(first)));
}

const emptyDocument: ConfigurationDocument = { configuration: {}, metadataAt: "metadata", lost: [] };
const lostDocument: ConfigurationDocument = { ...emptyDocument, lost: [[]] };

/** Returns the path of the configuration file, for whoever watches it: the flag's, or `METADATA_CONFIG_FILE`'s. */
export function configurationPath(flags: FlagValues, env: Environment): Given | undefined {
  const inline = fromEnvironment(env, "METADATA_CONFIG");
  if (flags.config === undefined && inline !== undefined) return undefined;
  return given("--config", flags.config, env, "METADATA_CONFIG_FILE");
}

/** Reads and checks the configuration. Without any: an empty one. What is wrong goes to `problems`. */
export async function readConfiguration(
  inputs: SettingsInputs,
  platform: Platform,
  problems: Problems,
): Promise<ConfigurationDocument> {
  // Another configuration than the one that was meant would be judged.
  if (inputs.wrong?.includes("config") === true) return lostDocument;
  const before = problems.count;
  const text = await findText(inputs, platform, problems);
  if (text === undefined) return problems.count > before ? lostDocument : emptyDocument;
  const { parseConfiguration } = await import("./parse.ts");
  return parseConfiguration(text.value, text.at, problems) ?? lostDocument;
}

async function findText(inputs: SettingsInputs, platform: Platform, problems: Problems): Promise<Given | undefined> {
  if (inputs.configText !== undefined) return { value: inputs.configText, at: inputs.configOrigin ?? "configuration" };
  const path = configurationPath(inputs.flags, inputs.env);
  if (path === undefined) return fromEnvironment(inputs.env, "METADATA_CONFIG");
  const origin = `configuration file ${JSON.stringify(path.value)}`;
  const text = await readFileNamed(platform, { path: path.value, at: path.at, origin }, problems);
  return text === undefined ? undefined : { value: text, at: origin };
}
