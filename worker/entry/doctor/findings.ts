/**
 * What the doctor says, and what it looks at. The world is passed in, so that no test asks the machine or the network.
 *
 * @module
 */

/** `fail` makes the exit code 1. */
export type Level = "ok" | "info" | "warn" | "fail";

/** One thing that was looked at. */
export interface Finding {
  readonly area: "environment" | "files" | "machine" | "clients" | "token";
  readonly level: Level;
  /** What was looked at: a variable, a file, a client, a step of the credential chain. */
  readonly check: string;
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
}

/** What a server at an address said of itself. */
export interface Probe {
  readonly status: number;
  readonly flavor: boolean;
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Returns a file's text; `undefined` when it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** Returns when a file was changed, milliseconds since the epoch. */
  changedAt(path: string): Promise<number | undefined>;
  /** Asks `http://HOST/` as client libraries do; `undefined` when nobody answers. */
  probe(host: string): Promise<Probe | undefined>;
}
