/**
 * Everything that a start reads, and every mistake of it at once: flags, settings, folder, credentials. A step that needs
 * what is wrong is left out, and so is whatever would only follow from another mistake.
 *
 * @module
 */
import { isSound } from "./config/accounts.ts";
import type { SettingsInputs } from "./config/flag-values.ts";
import { readSettings } from "./config/load.ts";
import type { Settings } from "./config/settings.ts";
import type { Problem } from "./lib/errors.ts";
import { Problems } from "./lib/problems.ts";
import type { Folder } from "./metadata/folder.ts";
import type { Platform } from "./platform.ts";
import { resolve } from "./resolve.ts";
import { LocalIssuer } from "./tokens/local-issuer.ts";

/** What a start has beside its settings. */
export interface LoadOptions {
  /** Mistakes that were found before. */
  readonly problems?: readonly Problem[];
  /** Reads the folder of `--metadata-dir`. */
  readonly readFolder?: (() => Promise<Folder>) | undefined;
}

/** Returns the settings with the folder. Throws one `ConfigurationError` that tells every mistake. */
export async function loadComplete(
  inputs: SettingsInputs,
  platform: Platform,
  { problems: found = [], readFolder }: LoadOptions = {},
): Promise<Settings> {
  const problems = new Problems();
  problems.addAll(found);
  const settings = await readSettings(inputs, platform, problems);
  const folder = readFolder && (await problems.try(readFolder));
  const complete = folder === undefined ? settings : { ...settings, folder };
  // Without a mistake so far, whoever builds the server from the settings tells those of the credentials.
  if (problems.count > 0) await problems.try(() => checkCredentials(complete, platform));
  problems.throwIfAny();
  return complete;
}

/** Builds what can be built of settings with mistakes. Throws a `ConfigurationError` with further ones. */
async function checkCredentials(settings: Settings, platform: Platform): Promise<void> {
  const quiet: Platform = { ...platform, log: () => undefined };
  const { service } = settings;
  if (service === undefined) {
    const { clock } = platform;
    const localIssuer = new LocalIssuer({ clock, issuer: settings.issuer, claims: neverMinted });
    await resolve(sound(settings), quiet, localIssuer);
    return;
  }
  const { checkRules } = await import("./service/check.ts");
  const instances = Object.entries(service.instances).map(([name, instance]) => [name, sound(instance)] as const);
  await checkRules({ ...service, clients: [], instances: Object.fromEntries(instances) }, quiet);
}

/** The accounts whose mistakes have not been told yet, and no metadata: its shape may be one that no tree can hold. */
function sound(settings: Settings): Settings {
  const accounts = Object.entries(settings.accounts).filter(([name]) => isSound(name, settings.accounts));
  return { ...settings, metadata: {}, accounts: Object.fromEntries(accounts) };
}

function neverMinted(): never {
  throw new TypeError("Nothing is minted while a start is checked");
}
