/**
 * Puts flags, environment, configuration file and defaults together (in this order of precedence) into checked settings.
 * Everything that is wrong is reported at once. Credentials stay configurations: `tokens/` builds sources from them.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import { endpointsFrom } from "../tokens/google/endpoints.ts";
import { assembleAccounts, checkAccounts, checkCycles, isLocalSource } from "./accounts.ts";
import { namesBaseCredential } from "./base-credential.ts";
import { defaultCredential } from "./credential.ts";
import { type ConfigurationDocument, readConfiguration } from "./document.ts";
import { warnOfUnknownVariables } from "./environment.ts";
import type { SettingsInputs } from "./flag-values.ts";
import { type Assemble, checkTopLevel, chosenInstance } from "./instances.ts";
import { type Identity, readIdentity, readPreset, readServer } from "./layers.ts";
import { type MainAccount, withMainAccount } from "./main-account.ts";
import { checkMetadata, mapServiceAccounts, memberOf, numberOf, withInstance } from "./metadata.ts";
import { PROJECT_PLACEHOLDER } from "./placeholder.ts";
import { Problems, pathOf } from "./problems.ts";
import type { Configuration } from "./schema.ts";
import type { ServiceParts } from "./service.ts";
import { checkServiceAccounts, ownEmail } from "./service-accounts.ts";
import type { ServiceSettings, Settings } from "./settings.ts";
import { DIGITS, type Given, present } from "./values.ts";

/**
 * Returns the settings. Throws one `ConfigurationError` that holds every problem with its path, flag or variable.
 * Reads the files that flags and variables name through `platform.readTextFile`; makes no network call.
 */
export async function loadSettings(inputs: SettingsInputs, platform: Platform): Promise<Settings> {
  const problems = new Problems();
  warnOfUnknownVariables(inputs.env, platform.log);
  const document = await readConfiguration(inputs, platform, problems);
  const assemble: Assemble = (own, world, noted) => assembleSettings(own, world, platform, noted);
  checkTopLevel(document.configuration, problems);
  const settings = await assemble(inputs, chosenInstance(document, inputs, problems), problems);
  const service = await serviceOf(document.configuration, { inputs, assemble, only: settings }, problems);
  if (service !== undefined && settings.controlToken !== undefined)
    problems.add("--control-token", 'A service has no control token; give a client\'s rule "control": true');
  if (service !== undefined && settings.secretPath !== undefined)
    problems.add("--secret-path", "A service knows its clients by their credentials; it has no secret path");
  if (service === undefined && /^(?:1|true|yes)$/i.test(inputs.env.METADATA_REQUIRE_AUTH ?? ""))
    problems.add("METADATA_REQUIRE_AUTH", 'Is set, so nothing is served without "auth" in the configuration');
  problems.throwIfAny();
  return service === undefined ? settings : { ...settings, service };
}

/** What makes a server a service; most are none, and never load the code of it. */
async function serviceOf(
  configuration: Configuration,
  parts: ServiceParts,
  problems: Problems,
): Promise<ServiceSettings | undefined> {
  const { auth, clients, limits } = configuration;
  if (auth === undefined && clients === undefined && limits === undefined) return undefined;
  const { readService } = await import("./service.ts");
  return readService(configuration, parts, problems);
}

/** One machine's settings; what is wrong goes to `problems`. */
async function assembleSettings(
  inputs: SettingsInputs,
  document: ConfigurationDocument,
  platform: Platform,
  problems: Problems,
): Promise<Settings> {
  const { faults, oslogin, scenario } = document.configuration;
  if (scenario !== undefined) {
    const { checkEvents } = await import("./event.ts");
    problems.attempt(() => checkEvents(scenario));
  }
  const preset = readPreset(inputs, document.configuration, problems);
  const server = readServer(inputs, document.configuration, problems);
  const { email, scopes, ...identity } = readIdentity(inputs, preset, problems);
  const tree = readTree(document, identity, problems);
  checkAccounts(document.configuration.accounts ?? {}, problems);
  const { accounts: configured, at: mainAt } = mainAccountOf(inputs, document, tree);
  const source = configured.default?.source;
  const credential = await defaultCredential(
    {
      flags: inputs.flags,
      env: inputs.env,
      platform,
      ...present({ configured: source === undefined ? undefined : { source, origin: `${mainAt}.source` } }),
      isLocal: (other) => isLocalSource(other, configured),
      emails: emailsOf({ value: configured.default?.email ?? "", at: `${mainAt}.email` }, tree),
    },
    problems,
  );
  const accounts = assembleAccounts({ configured, credential, email, scopes });
  checkCycles(accounts, problems);
  const { endpoints, problems: wrongEndpoints } = endpointsFrom(inputs.env);
  for (const { at, message } of wrongEndpoints) problems.add(at, message);
  const { projectId, numericProjectId } = identity;
  return {
    ...server,
    preset: preset ?? "vm",
    metadata: tree,
    ...present({ projectId, numericProjectId, faults, oslogin, scenario }),
    accounts,
    endpoints,
  };
}

/** Returns the checked tree, with what flags and variables say of the instance. */
function readTree(
  { configuration, metadataAt }: ConfigurationDocument,
  identity: Identity,
  problems: Problems,
): JsonObject {
  const checked = checkMetadata(configuration.metadata ?? {}, metadataAt, problems);
  const projectId = identity.projectId ?? projectOf(checked);
  const instanceAt = pathOf(metadataAt, "instance");
  const tree = mapServiceAccounts(checked, (accounts, key) =>
    checkServiceAccounts(accounts, { at: pathOf(instanceAt, key), projectId }, problems),
  );
  return withInstance(tree, instanceValues(tree, identity));
}

function instanceValues(tree: JsonObject, { zone, instanceId, instanceName, numericProjectId }: Identity): JsonObject {
  const project = isObject(tree.project) ? tree.project : undefined;
  const number = numericProjectId ?? memberOf(project, "numericProjectId");
  const values: { [key: string]: Json } = {};
  if (instanceId !== undefined) values.id = DIGITS.test(instanceId) ? numberOf(instanceId) : instanceId;
  if (instanceName !== undefined) values.name = instanceName;
  // The tree has zones in full; where the number is a default, the tree's own defaults complete a bare one.
  if (zone !== undefined)
    values.zone = zone.includes("/") || number === undefined ? zone : `projects/${String(number)}/zones/${zone}`;
  return values;
}

function projectOf(tree: JsonObject): string | undefined {
  const id = memberOf(isObject(tree.project) ? tree.project : undefined, "projectId");
  return typeof id === "string" && id !== "" && id !== PROJECT_PLACEHOLDER ? id : undefined;
}

/** A base credential of flags or variables is the `default` account by itself; else one of the configuration is. */
function mainAccountOf(
  { flags, env }: SettingsInputs,
  { configuration }: ConfigurationDocument,
  tree: JsonObject,
): MainAccount {
  const { accounts = {} } = configuration;
  return namesBaseCredential(flags, env)
    ? { accounts, at: "accounts.default" }
    : withMainAccount(accounts, shownEmail(tree));
}

/** Returns whom `--impersonate` may mean without a flag: the incumbent takes the e-mail from its file. */
function emailsOf(configured: Given, tree: JsonObject): Given[] {
  return [configured, { value: shownEmail(tree) ?? "", at: "metadata.instance.serviceAccounts" }].filter(
    ({ value }) => value !== "",
  );
}

function shownEmail(tree: JsonObject): string | undefined {
  return ownEmail(memberOf(isObject(tree.instance) ? tree.instance : undefined, "serviceAccounts"));
}
