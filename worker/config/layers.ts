/**
 * The single values of the settings, each from the highest layer that gives it: flag, environment, configuration file,
 * default.
 *
 * @module
 */
import type { Problems } from "../lib/problems.ts";
import type { LogLevel } from "../platform.ts";
import { type ConfigurationDocument, isLost } from "./document.ts";
import type { Environment, FlagValues, SettingsInputs } from "./flag-values.ts";
import type { Configuration } from "./schema.ts";
import { PRESETS, type Preset, type Settings } from "./settings.ts";
import {
  DIGITS,
  fromEnvironment,
  given,
  givenList,
  HEXADECIMAL,
  hostNames,
  listOf,
  matching,
  oneOf,
  PLAIN,
  present,
  VISIBLE,
} from "./values.ts";

/** Flags and environment together: the two layers above the configuration. */
export interface Above {
  readonly flags: FlagValues;
  readonly env: Environment;
}

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];
const FORMATS = ["text", "json"] as const;
const DEFAULT_ISSUER = "https://accounts.google.com";

/** What is said about the machine outside the tree. */
export interface Identity {
  readonly projectId?: string;
  readonly numericProjectId?: string;
  readonly zone?: string;
  readonly instanceId?: string;
  readonly instanceName?: string;
  readonly email?: string;
  readonly scopes?: readonly string[];
}

/** Reads what flags and variables say about project, instance and account. `preset` is `undefined` where it is wrong. */
export function readIdentity({ flags, env }: Above, preset: Preset | undefined, problems: Problems): Identity {
  const plain = (flag: string, value: string | undefined, ...names: string[]) =>
    matching(given(flag, value, env, ...names), PLAIN, "Must not contain blanks or slashes", problems);
  const digits = (flag: string, value: string | undefined, ...names: string[]) =>
    matching(given(flag, value, env, ...names), DIGITS, "Must be a whole number", problems);
  // Checked as text: an id has more digits than a number keeps.
  const idRule: [RegExp, string] =
    preset === "vm" || preset === "gke"
      ? [DIGITS, "Must be a whole number"]
      : [HEXADECIMAL, "Must be a whole number, or hexadecimal as on Cloud Run"];
  const scopes = givenList("--token-scopes", flags.tokenScopes, { env, names: ["GOOGLE_TOKEN_SCOPES"] }, problems);
  return present({
    projectId: plain("--project-id", flags.projectId, "GOOGLE_PROJECT_ID"),
    numericProjectId: digits("--numeric-project-id", flags.numericProjectId, "GOOGLE_NUMERIC_PROJECT_ID"),
    // A zone may be given in full, with the slashes of `projects/1/zones/us-central1-a`.
    zone: matching(given("--zone", flags.zone, env, "GOOGLE_ZONE"), /^\S+$/, "Must not contain blanks", problems),
    instanceId: matching(given("--instance-id", flags.instanceId, env, "GOOGLE_INSTANCE_ID"), ...idRule, problems),
    instanceName: plain("--instance-name", flags.instanceName, "GOOGLE_INSTANCE_NAME"),
    email: plain(
      "--service-account-email",
      flags.serviceAccountEmail,
      "GOOGLE_ACCOUNT_EMAIL",
      "GOOGLE_SERVICE_ACCOUNT",
    ),
    scopes: scopes?.value,
  });
}

/** Reads which server is imitated; `undefined` where what was given is wrong. */
export function readPreset(
  { flags, env, wrong = [] }: SettingsInputs,
  document: ConfigurationDocument,
  problems: Problems,
): Preset | undefined {
  if (wrong.includes("preset")) return undefined;
  const found = given("--preset", flags.preset, env, "METADATA_PRESET");
  if (found !== undefined) return oneOf(found, PRESETS, problems);
  return isLost(document, "preset") ? undefined : (document.configuration.preset ?? "vm");
}

/** Reads what concerns the server itself. */
export function readServer(
  { flags, env }: Above,
  configuration: Configuration,
  problems: Problems,
): Pick<
  Settings,
  "allowedHosts" | "controlToken" | "secretPath" | "openMetrics" | "issuer" | "logLevel" | "logFormat"
> {
  const token = given("--control-token", flags.controlToken, env, "METADATA_CONTROL_TOKEN");
  const controlToken = matching(
    token,
    VISIBLE,
    "Must be visible ASCII characters without blanks, as a header carries them",
    problems,
  );
  const open = oneOf(fromEnvironment(env, "METADATA_OPEN_METRICS"), ["1", "0", "true", "false"], problems);
  return {
    allowedHosts: readHosts({ flags, env }, configuration, problems),
    ...present({ controlToken, secretPath: readSecretPath({ flags, env }, problems) }),
    openMetrics: flags.openMetrics ?? (open === "1" || open === "true"),
    issuer: readIssuer(configuration, problems),
    logLevel: oneOf(given("--log-level", flags.logLevel, env, "LOG_LEVEL"), LEVELS, problems) ?? "info",
    logFormat: oneOf(given("--log-format", flags.logFormat, env, "LOG_FORMAT"), FORMATS, problems) ?? "text",
  };
}

/** Long enough that nobody guesses it: 22 characters of base64url are 128 bits. */
function readSecretPath({ flags, env }: Above, problems: Problems): string | undefined {
  const found = given("--secret-path", flags.secretPath, env, "METADATA_SECRET_PATH");
  return matching(
    found,
    /^[\w-]{22,200}$/,
    "Must be 22 to 200 letters, digits, - or _; without a value one is made",
    problems,
  );
}

/** Host names add up over the layers: each one says "this one too". */
function readHosts({ flags, env }: Above, configuration: Configuration, problems: Problems): readonly string[] {
  const variable = fromEnvironment(env, "METADATA_ALLOWED_HOSTS");
  const hosts = [
    ...hostNames((flags.allowHost ?? []).flatMap(listOf), "--allow-host", problems),
    ...hostNames(listOf(variable?.value ?? ""), "METADATA_ALLOWED_HOSTS", problems),
    ...(configuration.allowedHosts ?? []).flatMap((name, i) => hostNames([name], `allowedHosts[${i}]`, problems)),
  ];
  return [...new Set(hosts)];
}

/** The issuer is compared as text by whoever verifies a token, so it is kept as it was written. */
function readIssuer({ issuer = DEFAULT_ISSUER }: Configuration, problems: Problems): string {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    problems.add("issuer", "Must be an http or https URL without query and fragment");
  }
  return issuer;
}
