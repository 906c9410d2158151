/**
 * What a folder of clients says about itself, and the lines that its program prints. The program is in the clients' own
 * language, and is told by two arguments what it finds: `up` or `down`, and the place.
 *
 * @module
 */
import type { Command, Runtime } from "../harness/runtime-command.ts";
import { rules } from "./rules.ts";

/** `loopback`: the variables name the server. `namespace`: a network of its own, where 169.254.169.254:80 is the server. */
export type Place = "loopback" | "namespace";

/** Whether there is a server. Without one a client must fail as on a machine outside Google Cloud. */
export type State = "up" | "down";

/** A program that must be on the machine, and the line that installs it. */
export interface Need {
  readonly program: string;
  readonly install: string;
}

/** One language, or one group of clients. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Where the server runs; `wrangler` is `npm start`. */
  readonly runtimes: readonly Runtime[];
  readonly places: readonly Place[];
  readonly needs: readonly Need[];
  /** What cannot be had from the registries: left out when it is missing, unless it is asked for by name. */
  readonly optional?: true;
  /** A few sentences for the page: how the versions are pinned, what is special. */
  readonly about: string;
  /** Installs the clients into `folder`, which is kept from run to run. */
  prepare(folder: string): void;
  /** The program's own files, copied into `folder` before each run. */
  readonly sources: readonly string[];
  /** Builds the program, where it is one that is built. */
  build?(folder: string): void;
  /** The program without the two arguments. It runs in `folder`. */
  command(folder: string): Command;
}

/** A line of a program: versions, the outcome of one check, or the last line. */
export type Line = { readonly versions: Readonly<Record<string, string>> } | { readonly done: true } | Check;

/** One call of one client. */
export interface Check {
  readonly client: string;
  /** What was called, and what must come of it. */
  readonly what: string;
  /** The rules of clients.md that it proves. */
  readonly rules: readonly string[];
  /** Absent when it went well. */
  readonly error?: string;
}

/** Everything one run of one program said. */
export interface Said {
  readonly checks: readonly Check[];
  readonly versions: Readonly<Record<string, string>>;
}

/** Reads what a program printed. Lines that are not JSON objects are its own business; a missing last line is an error. */
export function readLines(stdout: string): Said {
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const parsed = lines.map((line) => JSON.parse(line) as Line);
  const checks = parsed.filter((line): line is Check => "what" in line);
  if (!parsed.some((line) => "done" in line)) throw new Error("The program ended before its last check");
  if (checks.length === 0) throw new Error("The program made no check");
  for (const { what, rules: named } of checks)
    for (const rule of named) if (rules[rule] === undefined) throw new Error(`Unknown rule ${rule} of "${what}"`);
  return { checks, versions: Object.assign({}, ...parsed.filter((line) => "versions" in line).map((l) => l.versions)) };
}
