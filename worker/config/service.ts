/**
 * Checks what makes a server a service: every name that `clients` use exists, nothing that would let everybody in is
 * accepted, and every instance is complete. How a client is recognised is `auth/`'s, what it gets `service/`'s.
 *
 * @module
 */
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import { checkBoundary } from "./boundary.ts";
import type { ConfigurationDocument } from "./document.ts";
import type { SettingsInputs } from "./flag-values.ts";
import type { Assemble } from "./instances.ts";
import { memberOf } from "./metadata.ts";
import { pathOf } from "./naming.ts";
import { suggestion } from "./nearest.ts";
import type { Configuration } from "./schema.ts";
import { checkAuth } from "./service-auth.ts";
import { checkMatch } from "./service-match.ts";
import type { AuthConfiguration, ClientConfiguration, LimitsConfiguration } from "./service-schema.ts";
import type { ClientSettings, ServiceSettings, Settings } from "./settings.ts";
import { present } from "./values.ts";
import { assembleInstances } from "./worlds.ts";

/** Name of the one instance of a configuration without `instances`. */
const onlyInstance = "default";

/** What a service is made of beside its configuration. */
export interface ServiceParts {
  readonly inputs: SettingsInputs;
  readonly assemble: Assemble;
  /** The settings of a configuration without `instances`. */
  readonly only: Settings;
}

/** Returns the service, or `undefined`: there is no `auth`. What is wrong goes to `problems`. */
export async function readService(
  document: ConfigurationDocument,
  { assemble, inputs, only }: ServiceParts,
  problems: Problems,
): Promise<ServiceSettings | undefined> {
  const { configuration } = document;
  const { auth, clients, limits } = configuration;
  if (auth === undefined) {
    for (const [key, value] of Object.entries({ clients, limits }))
      if (value !== undefined) problems.add(key, 'Needs "auth": without it nobody is told from anybody else');
    return undefined;
  }
  const instances =
    configuration.instances === undefined
      ? { [onlyInstance]: only }
      : await assembleInstances(inputs, document, assemble, problems);
  if (configuration.instance !== undefined)
    problems.add("instance", "Is for a server without authentication; here each client's rule names its instance");
  checkAuth(auth, problems);
  const resolved = (clients ?? []).map((client, index) =>
    readClient(client, pathOf("clients", index), { auth, configuration, instances }, problems),
  );
  return {
    auth,
    clients: resolved.filter((client) => client !== undefined),
    instances,
    limits: readLimits(limits),
  };
}

/** Bursts of 200 pass by default, a little else beside: a fleet that starts at once. An account may have several clients. */
function readLimits({ account, client }: LimitsConfiguration = {}): ServiceSettings["limits"] {
  return {
    client: { burst: client?.burst ?? 250, perSecond: client?.perSecond ?? 20 },
    account: { burst: account?.burst ?? 1_000, perSecond: account?.perSecond ?? 100 },
  };
}

interface Known {
  readonly auth: AuthConfiguration;
  readonly configuration: Configuration;
  readonly instances: Readonly<Record<string, Settings>>;
}

function readClient(
  client: ClientConfiguration,
  at: string,
  known: Known,
  problems: Problems,
): ClientSettings | undefined {
  checkMatch(client.match, `${at}.match`, known.auth, problems);
  const boundary = checkBoundary(client.boundary, `${at}.boundary`, problems);
  const instance = instanceOf(client.instance, at, known.instances, problems);
  if (instance === undefined) return undefined;
  const account = accountOf(client.account ?? "default", `${at}.account`, instance, known, problems);
  if (account === undefined) return undefined;
  if (boundary !== undefined && known.instances[instance]?.accounts[account]?.source.type === "local")
    problems.add(`${at}.boundary`, "Needs an account with Google's tokens: those of the local issuer are not Google's");
  return {
    rule: at,
    match: client.match,
    instance,
    account,
    audiences: client.audiences ?? [],
    control: client.control === true,
    ...present({ scopes: client.scopes, maxLifetime: client.maxLifetime, boundary }),
  };
}

function instanceOf(
  name: string | undefined,
  at: string,
  instances: Readonly<Record<string, Settings>>,
  problems: Problems,
): string | undefined {
  const names = Object.keys(instances);
  if (name === undefined && names.length === 1) return names[0];
  if (name === undefined) problems.add(`${at}.instance`, `Is missing: there are ${names.length} instances`);
  else if (Object.hasOwn(instances, name)) return name;
  else problems.add(`${at}.instance`, `Unknown instance${suggestion(name, names)}`);
  return undefined;
}

/** Returns the key of the account that a rule names by key, alias or e-mail. */
function accountOf(
  name: string,
  at: string,
  instance: string,
  { configuration, instances }: Known,
  problems: Problems,
): string | undefined {
  const accounts = instances[instance]?.accounts ?? {};
  if (Object.hasOwn(accounts, name)) return name;
  const other = Object.entries(accounts).find(
    ([, { aliases, email, source }]) => aliases?.includes(name) === true || email === name || emailOf(source) === name,
  );
  if (other !== undefined) return other[0];
  // The only account of a configuration, or its first one, is the one that the server calls `default`.
  const configured = configuration.instances?.[instance]?.accounts ?? configuration.accounts ?? {};
  if (Object.hasOwn(configured, name)) return "default";
  if (isShown(name, instances[instance]?.metadata)) return name;
  problems.add(
    at,
    `Unknown account${suggestion(name, [...new Set([...Object.keys(accounts), ...Object.keys(configured)])])}`,
  );
  return undefined;
}

/** Whether the tree shows an account of that name or e-mail beside those that are configured. */
function isShown(name: string, tree: JsonObject | undefined): boolean {
  const shown = memberOf(isObject(tree?.instance) ? tree.instance : undefined, "serviceAccounts");
  if (!isObject(shown)) return false;
  return Object.entries(shown).some(([key, entry]) => key === name || (isObject(entry) && entry.email === name));
}

function emailOf({ client_email, serviceAccount }: JsonObject): unknown {
  return serviceAccount ?? client_email;
}
