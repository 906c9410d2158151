/**
 * What the library takes and gives. Options have the names of the configuration file and of the flags in camel case
 * (docs/library.md); the environment of the process is never read and never changed.
 *
 * @module
 */
import type { ScenarioStepInput } from "../events/scenario.ts";
import type { LiveEvent } from "../events/schema.ts";
import type { FaultRule } from "../faults/rule.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Log } from "../platform.ts";
import type { JournalEntry } from "../telemetry/journal.ts";

/** A `fetch` function. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** One service account of the configuration. */
export interface AccountOptions {
  /** E-mail that the tree shows. Default: the credential's. */
  readonly email?: string;
  /** OAuth scopes. Default: `cloud-platform` and what a machine has beside it. */
  readonly scopes?: readonly string[];
  /** Further names beside the key. */
  readonly aliases?: readonly string[];
  /** A credential file's object, or a source of this project's own such as `{ type: "local" }`. Default: the local issuer. */
  readonly source?: JsonObject;
}

/** The members of the configuration file. */
export interface ConfigurationOptions {
  /** Which server is imitated. Default `vm`. */
  readonly preset?: "vm" | "cloud-run" | "gke";
  /** The tree, as `/computeMetadata/v1/?recursive=true` prints it; what is absent has plausible defaults. */
  readonly metadata?: JsonObject;
  /** Service accounts by name or e-mail. */
  readonly accounts?: Readonly<Record<string, AccountOptions>>;
  /** Further accepted `Host` names, without port. */
  readonly allowedHosts?: readonly string[];
  /** `iss` of the local issuer's ID tokens. Default `https://accounts.google.com`. */
  readonly issuer?: string;
  /** Users and groups of OS Login. */
  readonly oslogin?: JsonObject;
  /** Faults from the start on. */
  readonly faults?: readonly FaultRule[];
  /** What happens at which time after the start, by the emulator's clock. */
  readonly scenario?: readonly ScenarioStepInput[];
}

/** The flags of `serve` that make sense without a process. */
export interface FlagOptions {
  /** Configuration as an object, or the path of a file of it (not on workerd). Excludes the members given beside it. */
  readonly config?: string | JsonObject;
  /** Folder whose files are leaves of the tree (not on workerd). */
  readonly metadataDir?: string;
  /** Path of a credential file of any ADC type (not on workerd). */
  readonly serviceAccountFile?: string;
  readonly impersonate?: boolean;
  readonly delegates?: readonly string[];
  readonly serviceAccountEmail?: string;
  readonly projectId?: string;
  /** Digits. */
  readonly numericProjectId?: string;
  readonly zone?: string;
  readonly instanceId?: string;
  readonly instanceName?: string;
  readonly tokenScopes?: readonly string[];
  /** Turns the control API on for requests; the methods of the emulator need none. */
  readonly controlToken?: string;
  readonly openMetrics?: boolean;
  readonly allowHost?: readonly string[];
}

/** A clock as tests have it. A missing timer is the runtime's own. */
export interface InjectedClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `callback` once after `ms` milliseconds; the returned function cancels it. */
  timer?(ms: number, callback: () => void): () => void;
}

/** What stands in for the world. */
export interface InjectedOptions {
  /** A credential of any ADC type: the file's object or its text. Default: none, so the local issuer. */
  readonly credential?: string | object;
  /** Static tokens; each wins over every other source. */
  readonly accessToken?: string;
  readonly idToken?: string;
  /** Default: the wall clock. */
  readonly clock?: InjectedClock;
  /** Calls to Google and other upstreams. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** A number in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
  /** Where log lines go. Default: nowhere. */
  readonly log?: Log;
  /** Variables that stand in for the environment (`CLOUDSDK_AUTH_TOKEN_HOST`, `AWS_REGION`, …). Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface EmulatorOptions extends ConfigurationOptions, FlagOptions, InjectedOptions {}

export interface ListenOptions {
  /** 0 takes a free one. Default 0. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Listens on a Unix socket instead. */
  readonly unixSocket?: string;
}

/** A server in operation. */
export interface ListeningServer {
  /** `http://127.0.0.1:PORT`, or `unix:PATH`. */
  readonly url: string;
  /** `127.0.0.1:PORT`, as `GCE_METADATA_HOST` wants it; the path of a Unix socket. */
  readonly host: string;
  /** `undefined` for a Unix socket. */
  readonly port: number | undefined;
  /** Variables that send every client library there, for the program under test. */
  readonly env: Readonly<Record<string, string>>;
  /** Stops accepting and ends open requests. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A metadata server without a socket, until `listen`. Paths are written as below `/computeMetadata/v1/`. */
export interface Emulator {
  /** Resolves when configuration and credentials are read. Rejects with a `ConfigurationError`, as every method then does. */
  readonly ready: Promise<void>;
  /** Answers a request; its `Host` is that of the header, else of the URL. */
  fetch: Fetch;
  /** Returns a `fetch` that answers for the metadata server's names and hands all else to `next` (default: the global one). */
  interceptor(next?: Fetch): Fetch;
  /** Listens on a port (Node, Bun, Deno). Rejects elsewhere, and where the address is taken. */
  listen(options?: ListenOptions): Promise<ListeningServer>;
  /** Returns the node at `path` as `?recursive=true` shows it; `undefined` when there is none. */
  get(path: string): Promise<Json | undefined>;
  /** Puts `value` at `path` and wakes waiters. Rejects when the tree cannot hold it, and changes nothing. */
  set(path: string, value: Json): Promise<void>;
  /** Merges `patch` into the node at `path` (RFC 7396). */
  patch(path: string, patch: Json): Promise<void>;
  /** Removes the node at `path`. Resolves to whether there was one. */
  delete(path: string): Promise<boolean>;
  /** Plays an event of a machine's life, e.g. `{ type: "preemption" }`. Resolves when what happens at once has happened. */
  event(event: LiveEvent): Promise<void>;
  /** Adds a fault rule; a list replaces all rules, an empty one clears them. */
  fault(rules: FaultRule | readonly FaultRule[]): Promise<void>;
  /** Forgets the tokens of an account, or of all: the next request mints anew. */
  rotate(account?: string): Promise<void>;
  /** Returns the last 1,000 requests, oldest first, without anything secret. */
  requests(): readonly JournalEntry[];
  clearRequests(): void;
  /** Ends waiting requests, events and servers. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
