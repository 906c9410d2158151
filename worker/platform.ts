/**
 * What the core needs from the runtime it happens to run on, as capabilities. A capability that a runtime lacks is
 * absent, and whatever needs it refuses at construction with a sentence; the core never asks which runtime it is.
 * Types only: the implementations live in `worker/entry/`.
 *
 * @module
 */

/** Wall clock and timers. Tests inject one that they advance by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch, by the wall clock (so that a suspended laptop sees expired tokens). */
  now(): number;
  /** Runs `callback` once after `ms` milliseconds; the returned function cancels it. */
  timer(ms: number, callback: () => void): () => void;
}

/** Levels from the most to the least severe, as `--log-level` spells them. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** Fields of a log line. Values are printed as they are: never put a token, key or assertion into one. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where log lines go. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** What a program printed, and how it ended. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run: without a shell, with exactly this environment, killed after `timeoutMs`. */
export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A client certificate and its key, both PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** One try of a call to an upstream. */
export interface UpstreamRecord {
  /** The link of the credential chain, e.g. `STS`. */
  readonly step: string;
  /** Host of the endpoint. */
  readonly endpoint: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly ms: number;
}

export interface Platform {
  /** For messages only, e.g. `workerd`. */
  readonly runtime: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Environment variables or bindings, as strings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls to Google and other upstreams. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Told about every try of a call to an upstream, for metrics. */
  readonly onUpstream?: (record: UpstreamRecord) => void;
  /** A number in [0, 1), for jitter. */
  random(): number;
  /** Longest wait for a change, on a runtime that does not tell when a client has gone (workerd). */
  readonly maxWaitMs?: number;
  /** Reads a UTF-8 file. Absent on workerd. */
  readonly readTextFile?: (path: string) => Promise<string>;
  /** Replaces a UTF-8 file atomically (temporary file, sync, rename), mode 0600. Absent on workerd. */
  readonly writeTextFile?: (path: string, text: string) => Promise<void>;
  /** Runs `command[0]` with the rest as arguments. Absent on workerd. */
  readonly run?: (command: readonly string[], options: ProgramOptions) => Promise<ProgramResult>;
  /** A `fetch` that shows a client certificate. Absent where the runtime has no way to. */
  readonly fetchWithCertificate?: (url: string, init: RequestInit, certificate: ClientCertificate) => Promise<Response>;
}
