/**
 * Reads the few options of the smaller commands, in the spellings that `serve` takes too: one dash or two, the value
 * after a blank or an equals sign.
 *
 * @module
 */
import { suggestion } from "../../config/nearest.ts";
import { ConfigurationError, type Problem } from "../../lib/errors.ts";

/** Options by name, without dashes: whether each has a value. */
export type OptionSpecs = Readonly<Record<string, "value" | "switch">>;

export interface Options {
  readonly values: Readonly<Record<string, string>>;
  readonly switches: ReadonlySet<string>;
  /** Words that are no options, in their order. */
  readonly words: readonly string[];
}

/** Returns what was given. Throws a `ConfigurationError` that tells every mistake, with the nearest name. */
export function parseOptions(args: readonly string[], specs: OptionSpecs): Options {
  const values: Record<string, string> = {};
  const switches = new Set<string>();
  const words: string[] = [];
  const problems: Problem[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    const [, name = "", inline] = /^--?([a-zA-Z][\w-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const kind = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!word.startsWith("-")) words.push(word);
    else if (kind === undefined) problems.push(unknown(word.replace(/=.*/s, ""), name, specs));
    else if (kind === "switch") switches.add(name);
    else {
      const value = inline ?? args[++at];
      if (value === undefined || value === "") problems.push({ at: `--${name}`, message: "Needs a value" });
      else values[name] = value;
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { values, switches, words };
}

function unknown(shown: string, name: string, specs: OptionSpecs): Problem {
  const near = suggestion(
    `--${name}`,
    Object.keys(specs).map((known) => `--${known}`),
  );
  return { at: "", message: `Unknown flag ${JSON.stringify(shown.slice(0, 60))}${near || "; --help lists the flags"}` };
}
