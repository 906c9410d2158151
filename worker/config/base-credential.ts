/**
 * The credential at the bottom of the `default` account's chain: a file, a variable with a file's content, or the
 * configuration's source. gcloud's own file is never taken without being named: what a server hands out to every local
 * program is the user's decision.
 *
 * @module
 */
import { messageOf } from "../lib/errors.ts";
import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import type { Platform } from "../platform.ts";
import { readFileNamed } from "./files.ts";
import type { Environment, FlagValues } from "./flag-values.ts";
import { fromEnvironment, type Given } from "./values.ts";

/** A source's configuration, and what it is called in messages. */
export interface Credential {
  readonly source: JsonObject;
  readonly origin: string;
}

interface BaseInputs {
  readonly flags: FlagValues;
  readonly env: Environment;
  readonly platform: Platform;
  readonly configured?: Credential;
}

/** Returns the base credential, or `undefined`: there is none, or it cannot be used and a problem was noted. */
export async function baseCredential(inputs: BaseInputs, problems: Problems): Promise<Credential | undefined> {
  const { flags, platform, configured } = inputs;
  if (flags.federate === true) return federated(inputs, problems);
  const file = flags.serviceAccountFile;
  if (file !== undefined) return fromFile({ value: file, at: "--service-account-file" }, platform, problems);
  const named = applicationCredentials(inputs, problems);
  if (named !== undefined) return named;
  return configured;
}

/** Whether flags or variables name a base credential, be it a good one or not. */
export function namesBaseCredential(flags: FlagValues, env: Environment): boolean {
  if (flags.federate === true || flags.serviceAccountFile !== undefined) return true;
  return fromEnvironment(env, "GOOGLE_APPLICATION_CREDENTIALS_JSON", "GOOGLE_APPLICATION_CREDENTIALS") !== undefined;
}

async function federated(inputs: BaseInputs, problems: Problems): Promise<Credential | undefined> {
  if (inputs.flags.serviceAccountFile !== undefined) {
    problems.add("--federate", "Takes its credential from GOOGLE_APPLICATION_CREDENTIALS; drop --service-account-file");
    return undefined;
  }
  const named = applicationCredentials(inputs, problems);
  if (named === undefined) {
    problems.add("--federate", "Set GOOGLE_APPLICATION_CREDENTIALS to the path of an external_account file");
    return undefined;
  }
  const credential = await named;
  if (credential === undefined || credential.source.type === "external_account") return credential;
  problems.add("--federate", `Needs a credential of type external_account; ${credential.origin} is of another type`);
  return undefined;
}

/** Returns what `GOOGLE_APPLICATION_CREDENTIALS_JSON` or the file of `GOOGLE_APPLICATION_CREDENTIALS` holds. */
function applicationCredentials(
  { env, platform }: BaseInputs,
  problems: Problems,
): Promise<Credential | undefined> | undefined {
  const json = fromEnvironment(env, "GOOGLE_APPLICATION_CREDENTIALS_JSON");
  if (json !== undefined)
    return Promise.resolve(parseCredential(json.value, { at: json.at, origin: json.at }, problems));
  const path = fromEnvironment(env, "GOOGLE_APPLICATION_CREDENTIALS");
  return path === undefined ? undefined : fromFile(path, platform, problems);
}

async function fromFile(path: Given, platform: Platform, problems: Problems): Promise<Credential | undefined> {
  const origin = `credential file ${JSON.stringify(path.value)}`;
  const text = await readFileNamed(platform, { path: path.value, at: path.at, origin }, problems);
  return text === undefined ? undefined : parseCredential(text, { at: path.at, origin }, problems);
}

function parseCredential(
  text: string,
  { at, origin }: { at: string; origin: string },
  problems: Problems,
): Credential | undefined {
  const subject = at === origin ? "the credential" : origin;
  try {
    const value = parseJson(text);
    if (isObject(value)) return { source: value, origin };
    problems.add(at, `Cannot read ${subject}: must be a JSON object`);
  } catch (error) {
    problems.add(at, `Cannot read ${subject}: ${messageOf(error)}`);
  }
  return undefined;
}
