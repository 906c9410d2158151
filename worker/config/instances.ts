/**
 * Several named machines in one configuration: which of them a server without authentication is, and what flags and
 * variables mean to each of them.
 *
 * @module
 */
import type { ConfigurationDocument } from "./document.ts";
import type { SettingsInputs } from "./flag-values.ts";
import { suggestion } from "./nearest.ts";
import { Problems, pathOf } from "./problems.ts";
import type { Configuration, WorldConfiguration } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { given, present } from "./values.ts";

/** Makes the settings of one machine. */
export type Assemble = (
  inputs: SettingsInputs,
  document: ConfigurationDocument,
  problems: Problems,
) => Promise<Settings>;

/** Without authentication: the document of the one instance that is served, or the whole one. */
export function chosenInstance(
  document: ConfigurationDocument,
  inputs: SettingsInputs,
  problems: Problems,
): ConfigurationDocument {
  const { auth, instance, instances } = document.configuration;
  const named = given("--instance", inputs.flags.instance, inputs.env, "METADATA_INSTANCE");
  if (auth !== undefined) {
    if (named !== undefined)
      problems.add(named.at, 'Is for a server without "auth"; here each client\'s rule names its instance');
    return document;
  }
  const name = named ?? (instance === undefined ? undefined : { value: instance, at: "instance" });
  if (instances === undefined) {
    if (name !== undefined) problems.add(name.at, 'Names an instance, but the configuration has no "instances"');
    return document;
  }
  const names = Object.keys(instances);
  const found = name?.value ?? (names.length === 1 ? names[0] : undefined);
  const world = found !== undefined && Object.hasOwn(instances, found) ? instances[found] : undefined;
  if (found !== undefined && world !== undefined) return documentOf(document.configuration, found, world);
  if (name === undefined)
    problems.add("instance", `Is missing: choose one of the ${names.length} instances, or give --instance`);
  else problems.add(name.at, `Unknown instance${suggestion(name.value, names) || among(names)}`);
  return document;
}

function among(names: readonly string[]): string {
  return names.length <= 10 ? `; there are ${names.join(", ")}` : `; there are ${names.length}`;
}

/** The settings of every instance; what is wrong is told with the instance's path. */
export async function assembleInstances(
  inputs: SettingsInputs,
  configuration: Configuration,
  assemble: Assemble,
  problems: Problems,
): Promise<Record<string, Settings>> {
  const all: [string, Settings][] = [];
  for (const [name, world] of Object.entries(configuration.instances ?? {})) {
    const at = pathOf("instances", name);
    const own = new Problems();
    const document = documentOf(configuration, name, world);
    all.push([name, await assemble(inputsOf(inputs, world), { ...document, metadataAt: "metadata" }, own)]);
    for (const problem of own.all)
      problems.add(ofFile.test(problem.at) ? `${at}.${problem.at}` : problem.at, problem.message);
  }
  return Object.fromEntries(all);
}

const ofFile = /^(?:accounts|metadata|oslogin|issuer|preset|faults|scenario)\b/;

function documentOf(
  { allowedHosts, issuer, preset }: Configuration,
  name: string,
  world: WorldConfiguration,
): ConfigurationDocument {
  const configuration: Configuration = { ...present({ allowedHosts, issuer, preset }), ...world };
  return { configuration, metadataAt: `${pathOf("instances", name)}.metadata` };
}

const credentialFlags = ["serviceAccountFile", "impersonate", "delegates", "federate", "serviceAccountEmail"] as const;
const credentialVariables =
  /^GOOGLE_(?:APPLICATION_CREDENTIALS|ACCESS_TOKEN$|ID_TOKEN$|IMPERSONATE_|ACCOUNT_EMAIL$|SERVICE_ACCOUNT$)/;
const sharedVariables = /^GOOGLE_(?:CLOUD_UNIVERSE_DOMAIN|EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES)$/;

/**
 * What one of many machines takes from flags and variables: the server's credential where it has none of its own for
 * `default`, and never an identity, which would be the same for all.
 */
function inputsOf({ env, flags }: SettingsInputs, { accounts }: WorldConfiguration): SettingsInputs {
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
    env: Object.fromEntries(Object.entries(env).filter(([name]) => keeps(name))),
  };
}

/** Keys of one machine that stand beside `instances`, where nobody would look for them. */
export function checkTopLevel(configuration: Configuration, problems: Problems): void {
  if (configuration.instances === undefined) return;
  const { accounts, faults, metadata, oslogin, scenario } = configuration;
  for (const [key, value] of Object.entries({ accounts, faults, metadata, oslogin, scenario }))
    if (value !== undefined) problems.add(key, 'Belongs into one of the "instances"');
}
