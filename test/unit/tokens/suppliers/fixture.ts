/**
 * A platform for supplier tests: files, programs and upstreams are what the test lays out, the clock stands still.
 * Whatever was not laid out fails, as it would outside.
 *
 * @module
 */

import type { ClientCertificate, Platform, ProgramOptions, ProgramResult } from "../../../../worker/platform.ts";
import { createSupplier } from "../../../../worker/tokens/suppliers/index.ts";
import type { SubjectTokenSupplier, SupplierContext } from "../../../../worker/tokens/suppliers/types.ts";
import { TokenError } from "../../../../worker/tokens/types.ts";

export const NOW = Date.parse("2026-11-24T08:09:10.123Z");
export const AUDIENCE =
  "//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/pool/providers/aws";

/** One outgoing call as it was made. */
export interface SentCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly certificate?: ClientCertificate;
}

export type Answer = (call: SentCall) => Response | Promise<Response>;
export type Program = (command: readonly string[], options: ProgramOptions) => ProgramResult | Promise<ProgramResult>;

export interface World {
  readonly platform: Platform;
  readonly calls: SentCall[];
  readonly programs: { readonly command: readonly string[]; readonly options: ProgramOptions }[];
  readonly logs: string[];
  /** Contents by path, or the error that reading gives; the test may change it between calls. */
  readonly files: Map<string, string | Error>;
  /** Moves the clock. */
  now: number;
}

export interface WorldOptions {
  readonly env?: Platform["env"];
  readonly files?: Readonly<Record<string, string | Error>>;
  readonly answer?: Answer;
  readonly program?: Program;
  /** Capabilities that this runtime lacks. */
  readonly without?: readonly ("readTextFile" | "run" | "fetchWithCertificate")[];
}

export function makeWorld(options: WorldOptions = {}): World {
  const { env = {}, files = {}, answer, program, without = [] } = options;
  const world: World = {
    platform: {} as Platform,
    calls: [],
    programs: [],
    logs: [],
    files: new Map(Object.entries(files)),
    now: NOW,
  };

  const fetch = async (url: string, init: RequestInit = {}, certificate?: ClientCertificate): Promise<Response> => {
    const call: SentCall = {
      method: init.method ?? "GET",
      url,
      headers: new Headers(init.headers),
      body: String(init.body ?? ""),
      ...(certificate === undefined ? {} : { certificate }),
    };
    world.calls.push(call);
    if (answer === undefined) throw new TypeError("no upstream in this test");
    return answer(call);
  };
  const platform: Platform = {
    runtime: "testland",
    // Timers fire at once but never within the call that sets them, except long ones, which are time limits.
    clock: { now: () => world.now, timer: (ms, callback) => timer(ms, callback) },
    log: (level, message, fields) => world.logs.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
    env,
    fetch: (url, init) => fetch(url, init),
    random: () => 0.5,
    readTextFile: async (path) => {
      const file = world.files.get(path) ?? new Error(`ENOENT: no such file or directory, open '${path}'`);
      if (file instanceof Error) throw file;
      return file;
    },
    run: async (command, runOptions) => {
      world.programs.push({ command, options: runOptions });
      if (program === undefined)
        throw Object.assign(new Error(`spawn ${command.join(" ")} ENOENT`), { code: "ENOENT" });
      return program(command, runOptions);
    },
    fetchWithCertificate: (url, init, certificate) => fetch(url, init, certificate),
  };
  const kept = Object.entries(platform).filter(([name]) => !(without as readonly string[]).includes(name));
  return Object.assign(world, { platform: Object.fromEntries(kept) });
}

function timer(ms: number, callback: () => void): () => void {
  if (ms >= 5_000) return () => {};
  const id = setTimeout(callback, 0);
  return () => clearTimeout(id);
}

/** Builds the supplier of `source` in `world`. */
export function supplier(source: unknown, world: World, context: Partial<SupplierContext> = {}): SubjectTokenSupplier {
  return createSupplier(source, {
    platform: world.platform,
    origin: 'credential file "wif.json"',
    audience: AUDIENCE,
    subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
    ...context,
  });
}

/** The token of `source` in `world`. */
export async function tokenOf(source: unknown, world: World): Promise<string> {
  return (await supplier(source, world).token(new AbortController().signal)).value;
}

/** The error that fetching the token gives; fails the test when there is none or it is not a `TokenError`. */
export async function failureOf(work: Promise<unknown>): Promise<TokenError> {
  const outcome: unknown = await work.then(
    () => "a token",
    (error: unknown) => error,
  );
  if (outcome instanceof TokenError) return outcome;
  throw new Error("expected a TokenError", { cause: outcome });
}

/** Everything of an error that might be printed, its causes included. */
export function everyWord(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause === undefined ? "" : everyWord(error.cause)}`;
}
