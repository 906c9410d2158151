/**
 * Several named machines in one configuration: which of them a server without authentication is.
 *
 * @module
 */
import { Problems } from "../lib/problems.ts";
import { type ConfigurationDocument, isLost } from "./document.ts";
import type { SettingsInputs } from "./flag-values.ts";
import { pathOf } from "./naming.ts";
import { suggestion } from "./nearest.ts";
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
  // Which instances there are, and which is meant, is not known then.
  const unsure = isLost(document, "auth", "instance", "instances") || inputs.wrong?.includes("instance") === true;
  const told = unsure ? new Problems() : problems;
  if (auth !== undefined) {
    if (named !== undefined)
      told.add(named.at, 'Is for a server without "auth"; here each client\'s rule names its instance');
    return document;
  }
  const name = named ?? (instance === undefined ? undefined : { value: instance, at: "instance" });
  if (instances === undefined) {
    if (name !== undefined) told.add(name.at, 'Names an instance, but the configuration has no "instances"');
    return document;
  }
  const names = Object.keys(instances);
  const found = name?.value ?? (names.length === 1 ? names[0] : undefined);
  const world = found !== undefined && Object.hasOwn(instances, found) ? instances[found] : undefined;
  if (found !== undefined && world !== undefined) return documentOf(document, found, world);
  if (name === undefined)
    told.add("instance", `Is missing: choose one of the ${names.length} instances, or give --instance`);
  else told.add(name.at, `Unknown instance${suggestion(name.value, names) || among(names)}`);
  return document;
}

function among(names: readonly string[]): string {
  return names.length <= 10 ? `; there are ${names.join(", ")}` : `; there are ${names.length}`;
}

/** The document of one instance, with what it takes from the whole configuration. */
export function documentOf(
  { configuration: { allowedHosts, issuer, preset }, lost }: ConfigurationDocument,
  name: string,
  world: WorldConfiguration,
): ConfigurationDocument {
  const configuration: Configuration = { ...present({ allowedHosts, issuer, preset }), ...world };
  const own = lost.filter(([first, second]) => first === "instances" && second === name).map((path) => path.slice(2));
  const shared = lost.filter(([first]) => first === "preset");
  return { configuration, metadataAt: `${pathOf("instances", name)}.metadata`, lost: [...own, ...shared] };
}

/** Keys of one machine that stand beside `instances`, where nobody would look for them. */
export function checkTopLevel(configuration: Configuration, problems: Problems): void {
  if (configuration.instances === undefined) return;
  const { accounts, faults, metadata, oslogin, scenario } = configuration;
  for (const [key, value] of Object.entries({ accounts, faults, metadata, oslogin, scenario }))
    if (value !== undefined) problems.add(key, 'Belongs into one of the "instances"');
}
