/**
 * Reads the arguments of `serve`, in our spelling and in the incumbent's: one dash or two, kebab or camel case, the value
 * after a blank or an equals sign. What a value must look like beyond that is left to `config/`, which sees the
 * environment and the file as well.
 *
 * @module
 */
import type { FlagValues } from "../../config/flag-values.ts";
import { nearest } from "../../config/nearest.ts";
import { ConfigurationError, type Problem } from "../../lib/errors.ts";
import { toKebab } from "../../metadata/names.ts";
import { canonical, type FlagKind, type FlagName, flagNames, flagTable, foreignFlags } from "./flag-table.ts";

/** The flags by every spelling, without dashes. */
const bySpelling: ReadonlyMap<string, FlagName> = new Map(
  flagNames.flatMap((name) =>
    [toKebab(name), name, ...(flagTable[name].spellings ?? [])].map((spelling) => [spelling, name] as const),
  ),
);

/** The command line, with what is wrong in it. */
export interface ServeArguments {
  readonly flags: FlagValues;
  readonly problems: readonly Problem[];
  /** Flags that were meant, but given in a way that nobody can read. */
  readonly wrong: readonly FlagName[];
}

/** Returns what was given. Throws a `ConfigurationError` that tells every mistake. */
export function parseServeArguments(args: readonly string[]): FlagValues {
  const { flags, problems } = readServeArguments(args);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return flags;
}

/**
 * Returns what was given; a flag that is given twice counts as given last, a list grows. With `--help` or
 * `--version` nothing else is checked.
 */
export function readServeArguments(args: readonly string[]): ServeArguments {
  const reader = new Reader(args);
  while (!reader.done) reader.readNext();
  const { problems, values, verbosity, wrong } = reader;
  if (values.help === true) return { flags: { help: true }, problems: [], wrong: [] };
  if (values.version === true) return { flags: { version: true }, problems: [], wrong: [] };
  // The incumbent prints most from `-v 2` on; an own level wins, being more exact.
  if (verbosity === undefined || values.logLevel !== undefined) return { flags: values, problems, wrong };
  return { flags: { ...values, logLevel: verbosity >= 2 ? "debug" : "info" }, problems, wrong };
}

type Writable = { -readonly [Name in keyof FlagValues]: FlagValues[Name] };

class Reader {
  readonly values: Writable = {};
  readonly problems: Problem[] = [];
  readonly wrong: FlagName[] = [];
  verbosity: number | undefined;
  readonly #args: readonly string[];
  #at = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  get done(): boolean {
    return this.#at >= this.#args.length;
  }

  readNext(): void {
    const word = this.#args[this.#at++] ?? "";
    const parts = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word);
    if (parts === null) {
      // The word is not shown: it may be a secret that missed its flag.
      this.#add("", "Unexpected argument; flags are written --name VALUE or --name=VALUE");
      return;
    }
    const [, spelling = "", inline] = parts;
    const name = bySpelling.get(spelling);
    if (name !== undefined) this.#readFlag(name, inline);
    else if (spelling === "v") this.#readVerbosity(inline);
    else if (foreignFlags.has(spelling)) this.#readForeign(spelling, inline);
    else
      this.#readUnknown(word.slice(0, word.length - (inline === undefined ? 0 : inline.length + 1)), spelling, inline);
  }

  #readFlag(name: FlagName, inline: string | undefined): void {
    const at = canonical(name);
    const text = this.#valueOf(at, flagTable[name].kind, inline);
    if (text === undefined) {
      this.wrong.push(name);
      return;
    }
    // The table's type ties each name to its kind, which a lookup by name cannot show to the compiler.
    const values = this.values as Record<FlagName, unknown>;
    switch (flagTable[name].kind) {
      case "boolean":
        values[name] = this.#boolean(at, text);
        break;
      case "port":
        values[name] = this.#port(at, text);
        break;
      case "list":
        values[name] = [
          ...((values[name] as readonly string[] | undefined) ?? []),
          ...text.split(",").map((part) => part.trim()),
        ];
        break;
      case "optional":
      case "text":
        values[name] = name === "host" ? text.replace(/^\[(.*)\]$/, "$1") : text;
    }
  }

  #readVerbosity(inline: string | undefined): void {
    const text = this.#valueOf("-v", "text", inline);
    if (text === undefined) return;
    if (/^\d{1,9}$/.test(text)) this.verbosity = Number(text);
    else this.#add("-v", "Must be a whole number; --log-level takes error, warn, info or debug");
  }

  #readForeign(spelling: string, inline: string | undefined): void {
    const { kind, sentence } = foreignFlags.get(spelling) ?? { kind: "text" };
    const text = this.#valueOf(`-${spelling}`, kind, inline);
    if (text === undefined) return;
    const isOff = kind === "boolean" && this.#boolean(`-${spelling}`, text) === false;
    if (sentence !== undefined && !isOff) this.#add(`-${spelling}`, sentence);
  }

  #readUnknown(word: string, spelling: string, inline: string | undefined): void {
    const shown = `Unknown flag ${JSON.stringify(word.slice(0, 60))}`;
    const near = nearest(spelling, [...bySpelling.keys()]);
    const name = near === undefined ? undefined : bySpelling.get(near);
    if (name === undefined) this.#add("", `${shown}; --help lists the flags`);
    else {
      this.#add(shown, `did you mean ${canonical(name)}?`);
      this.wrong.push(name);
    }
    // Most likely its value: naming it as one more mistake would help nobody, and might show a secret.
    if (inline === undefined && !this.#isFlag(this.#args[this.#at])) this.#at++;
  }

  /** Returns the value as text; `undefined` with a problem noted when there is none. */
  #valueOf(at: string, kind: FlagKind, inline: string | undefined): string | undefined {
    if (inline !== undefined) return inline;
    if (kind === "boolean") return "true";
    const next = this.#args[this.#at];
    if (next !== undefined && !this.#isFlag(next)) {
      this.#at++;
      return next;
    }
    if (kind === "optional") return "";
    this.#add(at, "Needs a value");
    return undefined;
  }

  /** A value may begin with a dash, unless it is the name of a flag: then the value was forgotten. */
  #isFlag(word: string | undefined): boolean {
    const spelling = /^--?([^-=][^=]*)/.exec(word ?? "")?.[1];
    return (
      spelling !== undefined &&
      (bySpelling.has(spelling) || foreignFlags.has(spelling) || spelling === "v" || word?.startsWith("--") === true)
    );
  }

  /** The values that Go's `flag` takes. */
  #boolean(at: string, text: string): boolean | undefined {
    if (/^(?:1|t|true)$/i.test(text)) return true;
    if (/^(?:0|f|false)$/i.test(text)) return false;
    this.#add(at, "Takes no value, or =true or =false");
    return undefined;
  }

  /** `8080`, or `:8080` as the incumbent has it. */
  #port(at: string, text: string): number | undefined {
    const port = /^:?\d{1,5}$/.test(text) ? Number(text.replace(":", "")) : Number.NaN;
    if (port <= 65_535) return port;
    this.#add(at, "Must be a port, 0 to 65535");
    return undefined;
  }

  #add(at: string, message: string): void {
    this.problems.push({ at, message });
  }
}
