/**
 * Puts flags, environment, configuration file and defaults together (in this order of precedence) into checked settings.
 * Everything that is wrong is reported at once. Credentials stay configurations: `tokens/` builds sources from them.
 *
 * @module
 */
import { isObject, type JsonObject } from "../lib/json.ts";
import { Problems } from "../lib/problems.ts";
import type { Platform } from "../platform.ts";
import { endpointsFrom } from "../tokens/google/endpoints.ts";
import { assembleAccounts, checkAccounts, checkCycles, isLocalSource } from "./accounts.ts";
import { namesBaseCredential } from "./base-credential.ts";
import { defaultCredential } from "./credential.ts";
import { type ConfigurationDocument, isLost, readConfiguration } from "./document.ts";
import { warnOfUnknownVariables } from "./environment.ts";
import { credentialFlags, type FlagValues, type SettingsInputs } from "./flag-values.ts";
import { type Assemble, checkTopLevel, chosenInstance } from "./instances.ts";
import { readIdentity, readPreset, readServer } from "./layers.ts";
import { type MainAccount, withMainAccount } from "./main-account.ts";
import { memberOf } from "./metadata.ts";
import type { ServiceParts } from "./service.ts";
import { ownEmail } from "./service-accounts.ts";
import type { ServiceSettings, Settings } from "./settings.ts";
import { readTree } from "./tree.ts";
import { type Given, present } from "./values.ts";

/** Returns the settings. Throws one `ConfigurationError` that holds every problem with its path, flag or variable. */
export async function loadSettings(inputs: SettingsInputs, platform: Platform): Promise<Settings> {
  const problems = new Problems();
  const settings = await readSettings(inputs, platform, problems);
  problems.throwIfAny();
  return settings;
}

/**
 * Returns the settings, with what is wrong left out: that goes to `problems`, and such settings are for further checks
 * only. Reads the files that flags and variables name through `platform.readTextFile`; makes no network call.
 */
export async function readSettings(inputs: SettingsInputs, platform: Platform, problems: Problems): Promise<Settings> {
  warnOfUnknownVariables(inputs.env, platform.log);
  const document = await readConfiguration(inputs, platform, problems);
  const assemble: Assemble = (own, world, noted) => assembleSettings(own, world, platform, noted);
  checkTopLevel(document.configuration, problems);
  const settings = await assemble(inputs, chosenInstance(document, inputs, problems), problems);
  const service = await serviceOf(document, { inputs, assemble, only: settings }, problems);
  if (service !== undefined) checkServiceFlags(inputs.flags, settings, problems);
  else if (!isLost(document, "auth") && /^(?:1|true|yes)$/i.test(inputs.env.METADATA_REQUIRE_AUTH ?? ""))
    problems.add("METADATA_REQUIRE_AUTH", 'Is set, so nothing is served without "auth" in the configuration');
  return service === undefined ? settings : { ...settings, service };
}

/** What one emulator has and a service has not. */
function checkServiceFlags(flags: FlagValues, { controlToken, secretPath }: Settings, problems: Problems): void {
  if (controlToken !== undefined)
    problems.add("--control-token", 'A service has no control token; give a client\'s rule "control": true');
  if (secretPath !== undefined)
    problems.add("--secret-path", "A service knows its clients by their credentials; it has no secret path");
  else if (flags.secretPath !== undefined) problems.add("--secret-path", "An authenticated service has no secret path");
  if (flags.inspect === true) problems.add("--inspect", "An authenticated service has no inspector");
}

/** What makes a server a service; most are none, and never load the code of it. */
async function serviceOf(
  document: ConfigurationDocument,
  parts: ServiceParts,
  problems: Problems,
): Promise<ServiceSettings | undefined> {
  const { auth, clients, limits } = document.configuration;
  if (auth === undefined && clients === undefined && limits === undefined) return undefined;
  const { readService } = await import("./service.ts");
  return readService(document, parts, problems);
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
  const preset = readPreset(inputs, document, problems);
  const server = readServer(inputs, document.configuration, problems);
  const { email, scopes, ...identity } = readIdentity(inputs, preset, problems);
  const tree = readTree(document, identity, problems);
  checkAccounts(document.configuration.accounts ?? {}, document.lost, problems);
  const { accounts: configured, at: mainAt } = mainAccountOf(inputs, document, tree);
  const source = configured.default?.source;
  const unsure =
    isLost(document, "accounts", "metadata") || credentialFlags.some((name) => inputs.wrong?.includes(name));
  const before = problems.count;
  const credential = await defaultCredential(
    {
      flags: inputs.flags,
      env: inputs.env,
      platform,
      unsure,
      ...present({ configured: source === undefined ? undefined : { source, origin: `${mainAt}.source` } }),
      isLocal: (other) => isLocalSource(other, configured),
      emails: emailsOf({ value: configured.default?.email ?? "", at: `${mainAt}.email` }, tree),
    },
    problems,
  );
  const isDefaultBroken = credential === undefined && (unsure || problems.count > before);
  const accounts = assembleAccounts({
    ...{ configured, credential, email, scopes },
    isBroken: (name) => (name === "default" ? isDefaultBroken : isSourceLost(name, document)),
  });
  checkCycles(accounts, problems);
  const { endpoints, problems: wrongEndpoints } = endpointsFrom(inputs.env);
  problems.addAll(wrongEndpoints);
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

function isSourceLost(name: string, { lost }: ConfigurationDocument): boolean {
  return lost.some(([first, second, third]) => first === "accounts" && second === name && third === "source");
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
