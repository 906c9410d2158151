/**
 * The flags of `serve` as one table: the parser and the help text read it, and the compiler demands an entry for every
 * member of `FlagValues` (interface.md, "`serve` flags").
 *
 * @module
 */
import type { FlagValues } from "../../config/flag-values.ts";
import { toKebab } from "../../metadata/names.ts";

export { foreignFlags } from "./incumbent.ts";

export type FlagName = keyof FlagValues;

/** What a flag's value is. An `optional` one is empty when it is not given. A `list` is comma-separated and grows when the flag is repeated. */
export type FlagKind = "boolean" | "text" | "optional" | "port" | "list";

export interface FlagSpec {
  readonly kind: FlagKind;
  /** Stands for the value in the help text. */
  readonly value?: string;
  /** What it does, in a few words for one line of help. */
  readonly meaning: string;
  /** Spellings, without dashes, beside kebab and camel case: the incumbent's. */
  readonly spellings?: readonly string[];
}

type KindFor<T> = [T] extends [boolean]
  ? "boolean"
  : [T] extends [number]
    ? "port"
    : [T] extends [string]
      ? "text" | "optional"
      : "list";

/** One entry per member of `FlagValues`, of the kind that its type asks for; in the order of the help text. */
export const flagTable: {
  readonly [Name in FlagName]-?: FlagSpec & { readonly kind: KindFor<NonNullable<FlagValues[Name]>> };
} = {
  port: { kind: "port", value: "N", meaning: "port, 0 takes a free one (default 8080)" },
  host: { kind: "text", value: "ADDR", meaning: "address to listen on (default 127.0.0.1)", spellings: ["interface"] },
  unixSocket: { kind: "text", value: "PATH", meaning: "listen on a Unix socket instead", spellings: ["domainsocket"] },
  config: {
    kind: "text",
    value: "FILE",
    meaning: "metadata tree, accounts, options (JSON)",
    spellings: ["configFile"],
  },
  instance: { kind: "text", value: "NAME", meaning: "which of the configuration's instances" },
  metadataDir: { kind: "text", value: "DIR", meaning: "folder whose files are leaves of the tree" },
  serviceAccountFile: {
    kind: "text",
    value: "FILE",
    meaning: "credential file of any ADC type",
  },
  impersonate: { kind: "boolean", meaning: "impersonate --service-account-email" },
  delegates: { kind: "list", value: "A,B", meaning: "delegation chain, first to last" },
  federate: { kind: "boolean", meaning: "GOOGLE_APPLICATION_CREDENTIALS federates" },
  serviceAccountEmail: { kind: "text", value: "E", meaning: "e-mail of the account" },
  projectId: { kind: "text", value: "P", meaning: "project id" },
  numericProjectId: { kind: "text", value: "N", meaning: "project number" },
  zone: { kind: "text", value: "Z", meaning: "zone of the instance" },
  instanceId: { kind: "text", value: "N", meaning: "id of the instance", spellings: ["instanceID"] },
  instanceName: { kind: "text", value: "NAME", meaning: "name of the instance" },
  tokenScopes: { kind: "list", value: "A,B", meaning: "scopes of the account" },
  preset: { kind: "text", value: "NAME", meaning: "vm (default), cloud-run or gke" },
  logLevel: { kind: "text", value: "L", meaning: "error, warn, info (default) or debug" },
  logFormat: { kind: "text", value: "F", meaning: "text (default) or json" },
  controlToken: { kind: "text", value: "T", meaning: "turns the control API on" },
  inspect: { kind: "boolean", meaning: "inspector, with a token of its own" },
  openMetrics: { kind: "boolean", meaning: "metrics need no token" },
  state: { kind: "text", value: "FILE", meaning: "keeps changes over a restart" },
  allowHost: { kind: "list", value: "NAME", meaning: "one more accepted Host (repeatable)" },
  secretPath: { kind: "optional", value: "[SECRET]", meaning: "serves below /s/SECRET only" },
  help: { kind: "boolean", meaning: "this text", spellings: ["h"] },
  version: { kind: "boolean", meaning: "the version" },
};

/** All flags, in the order of the help text. */
export const flagNames: readonly FlagName[] = Object.keys(flagTable) as FlagName[];

/** Returns the canonical spelling, e.g. `--project-id`. */
export function canonical(name: FlagName): string {
  return `--${toKebab(name)}`;
}
