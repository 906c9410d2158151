/**
 * The settings of every machine of a service, and what flags and variables mean to each of them.
 *
 * @module
 */
import { Problems } from "../lib/problems.ts";
import type { ConfigurationDocument } from "./document.ts";
import { credentialFlags, type SettingsInputs } from "./flag-values.ts";
import { type Assemble, documentOf } from "./instances.ts";
import { pathOf } from "./naming.ts";
import type { WorldConfiguration } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { present } from "./values.ts";

/** The settings of every instance; what is wrong is told with the instance's path. */
export async function assembleInstances(
  inputs: SettingsInputs,
  document: ConfigurationDocument,
  assemble: Assemble,
  problems: Problems,
): Promise<Record<string, Settings>> {
  const all: [string, Settings][] = [];
  for (const [name, world] of Object.entries(document.configuration.instances ?? {})) {
    const at = pathOf("instances", name);
    const own = new Problems();
    const part = { ...documentOf(document, name, world), metadataAt: "metadata" };
    all.push([name, await assemble(inputsOf(inputs, world), part, own)]);
    for (const problem of own.all)
      problems.add(ofFile.test(problem.at) ? `${at}.${problem.at}` : problem.at, problem.message);
  }
  return Object.fromEntries(all);
}

const ofFile = /^(?:accounts|metadata|oslogin|issuer|preset|faults|scenario)\b/;

const credentialVariables =
  /^GOOGLE_(?:APPLICATION_CREDENTIALS|ACCESS_TOKEN$|ID_TOKEN$|IMPERSONATE_|ACCOUNT_EMAIL$|SERVICE_ACCOUNT$)/;
const sharedVariables = /^GOOGLE_(?:CLOUD_UNIVERSE_DOMAIN|EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES)$/;

/**
 * What one of many machines takes from flags and variables: the server's credential where it has none of its own for
 * `default`, and never an identity, which would be the same for all.
 */
function inputsOf({ env, flags, wrong = [] }: SettingsInputs, { accounts }: WorldConfiguration): SettingsInputs {
  const own = Object.entries(accounts ?? {}).some(
    ([name, { aliases, source }], index) =>
      source !== undefined && (index === 0 || name === "default" || aliases?.includes("default") === true),
  );
  const keeps = (name: string) =>
    !name.startsWith("GOOGLE_") || sharedVariables.test(name) || (!own && credentialVariables.test(name));
  const credential = own ? {} : present(Object.fromEntries(credentialFlags.map((name) => [name, flags[name]])));
  const { allowHost, logFormat, logLevel } = flags;
  return {
    flags: { ...present({ allowHost, logFormat, logLevel }), ...credential },
    wrong,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => keeps(name))),
  };
}
