/**
 * What the server runs with, after flags, environment, configuration file and defaults have been put together and
 * checked. Credentials are still configurations here: `tokens/` builds sources from them.
 *
 * @module
 */

import type { ScenarioStep } from "../events/scenario.ts";
import type { FaultRule } from "../faults/rule.ts";
import type { JsonObject } from "../lib/json.ts";
import type { RateLimit } from "../lib/rate-limiter.ts";
import type { Folder } from "../metadata/folder.ts";
import type { OsLoginSettings } from "../oslogin/schema.ts";
import type { LogLevel } from "../platform.ts";
import type { Endpoints } from "../tokens/types.ts";
import type { AuthConfiguration, ClientConfiguration } from "./service-schema.ts";

/** The servers that can be imitated. */
export const PRESETS = ["vm", "cloud-run", "gke"] as const;

/** Which metadata server is imitated. */
export type Preset = (typeof PRESETS)[number];

/** One service account as configured; what is absent comes from its credential or from the preset. */
export interface AccountSettings {
  /** Said outright (flag, variable, configuration): wins over what the credential says. */
  readonly email?: string;
  /** Further names; `default` is added to the account that the server calls so. */
  readonly aliases?: readonly string[];
  readonly scopes?: readonly string[];
  /** A credential file's object or an inline source, not yet checked against its schema. */
  readonly source: JsonObject;
  /** Where the source came from, for messages: `credential file "sa.json"`, `GOOGLE_ACCESS_TOKEN`. */
  readonly origin: string;
  /** The source's mistake has been told, and another one stands in for it; such settings never come into force. */
  readonly broken?: true;
}

export interface Settings {
  readonly preset: Preset;
  /** The user's part of the tree, as `/computeMetadata/v1/?recursive=true` prints it. `{}` when none was given. */
  readonly metadata: JsonObject;
  /** Values that win over `metadata`: `--project-id`, `--numeric-project-id` (digits). */
  readonly projectId?: string;
  readonly numericProjectId?: string;
  /** By name or e-mail. `default` is always present. What `metadata` lists beside them has no credential. */
  readonly accounts: Readonly<Record<string, AccountSettings>>;
  readonly endpoints: Endpoints;
  /** Host names accepted beside the real ones and loopback, lower case, without port. */
  readonly allowedHosts: readonly string[];
  /** Absent: the control API is off. */
  readonly controlToken?: string;
  /** Present: everything is served below `/s/SECRET` alone. */
  readonly secretPath?: string;
  /** Whether metrics need no control token. */
  readonly openMetrics: boolean;
  /** `iss` of the local issuer's ID tokens. Default `https://accounts.google.com`. */
  readonly issuer: string;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
  /** Content of `--metadata-dir`, laid over the tree. */
  readonly folder?: Folder;
  /** OS Login's users and groups. */
  readonly oslogin?: OsLoginSettings;
  /** Present: the server is an authenticated service, and everything but logging is its instances'. */
  readonly service?: ServiceSettings;
  /** Fault rules from the start on. */
  readonly faults?: readonly FaultRule[];
  /** What happens at which time after the start. */
  readonly scenario?: readonly ScenarioStep[];
}

/** An authenticated service: who is let in, as what. */
export interface ServiceSettings {
  readonly auth: AuthConfiguration;
  /** In the order in which they are tried. */
  readonly clients: readonly ClientSettings[];
  readonly instances: Readonly<Record<string, Settings>>;
  readonly limits: { readonly client: RateLimit; readonly account: RateLimit };
}

/** A rule for clients, with its names resolved. */
export interface ClientSettings {
  /** Where it stands, for the audit: `clients[0]`. */
  readonly rule: string;
  readonly match: ClientConfiguration["match"];
  readonly instance: string;
  /** Key of `Settings.accounts`, or an e-mail that the instance's metadata shows. */
  readonly account: string;
  readonly scopes?: readonly string[];
  readonly audiences: readonly string[];
  /** Seconds. */
  readonly maxLifetime?: number;
  /** `{"accessBoundary": …}`, as STS takes it. */
  readonly boundary?: JsonObject;
  readonly control: boolean;
}
