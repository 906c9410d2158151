/**
 * Finds the configuration's text and turns it into a checked document. The tree inside is checked by `metadata.ts`.
 *
 * @module
 */
import { messageOf } from "../lib/errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import { readFileNamed } from "./files.ts";
import type { Environment, FlagValues, SettingsInputs } from "./flag-values.ts";
import { unwrapTree } from "./incumbent.ts";
import { checkAll } from "./issues.ts";
import { type Problems, problemsOf } from "./problems.ts";
import { type Configuration, knownKeysAt } from "./schema.ts";
import { fromEnvironment, type Given, given } from "./values.ts";

/** A checked document, and where its tree stood in it. */
export interface ConfigurationDocument {
  readonly configuration: Configuration;
  readonly metadataAt: string;
}

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
  const text = await findText(inputs, platform, problems);
  return text === undefined ? EMPTY : parseConfiguration(text.value, text.at, problems);
}

/** Checks a configuration's text; `origin` names it in messages. */
export function parseConfiguration(text: string, origin: string, problems: Problems): ConfigurationDocument {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    problems.add("", `Cannot read ${origin}: ${messageOf(error)}`);
    return EMPTY;
  }
  if (isObject(value)) return checkDocument(value, problems);
  problems.add("", `Cannot read ${origin}: must be a JSON object`);
  return EMPTY;
}

const EMPTY: ConfigurationDocument = { configuration: {}, metadataAt: "metadata" };

function checkDocument(object: JsonObject, problems: Problems): ConfigurationDocument {
  const { document, metadataAt } = unwrapTree(object, problems);
  const known: Record<string, Json> = { ...document };
  const result = checkAll(known);
  if ("output" in result) return { configuration: result.output, metadataAt };
  for (const { at, message } of problemsOf(result.issues, knownKeysAt)) {
    const misplaced = at === "instance" || at === "project";
    problems.add(at, misplaced ? `Belongs under "metadata" in a configuration with other keys` : message);
  }
  // What can still be checked is checked, so that one run shows every mistake.
  return { configuration: { metadata: isObject(known.metadata) ? known.metadata : {} }, metadataAt };
}

async function findText(inputs: SettingsInputs, platform: Platform, problems: Problems): Promise<Given | undefined> {
  if (inputs.configText !== undefined) return { value: inputs.configText, at: inputs.configOrigin ?? "configuration" };
  const path = configurationPath(inputs.flags, inputs.env);
  if (path === undefined) return fromEnvironment(inputs.env, "METADATA_CONFIG");
  const origin = `configuration file ${JSON.stringify(path.value)}`;
  const text = await readFileNamed(platform, { path: path.value, at: path.at, origin }, problems);
  return text === undefined ? undefined : { value: text, at: origin };
}
