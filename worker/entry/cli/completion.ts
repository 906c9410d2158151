/**
 * `completion`: what a shell needs to complete commands and flags, made from the same tables as help.
 *
 * @module
 */
import { suggestion } from "../../config/nearest.ts";
import { ConfigurationError } from "../../lib/errors.ts";
import { commandHelp, commandHelps } from "./command-help.ts";
import { canonical, flagNames, flagTable } from "./flag-table.ts";
import { parseOptions } from "./options.ts";
import { relayFlagNames } from "./relay-flags.ts";
import { shells } from "./shells.ts";
import { print } from "./terminal.ts";

const program = "gce-metadata-emulator";
const commands = [...Object.keys(commandHelps), "help"];
const serveFlags = flagNames.map(canonical);

/** Words after each command: its own, and whether it takes the flags of `serve`. */
const own: Readonly<Record<string, readonly string[]>> = {
  serve: serveFlags,
  exec: [...serveFlags, "--to", "--token-file", "--token-env", "--"],
  relay: relayFlagNames,
  env: ["--shell", "--port", "--host", "--secret-path", "--help"],
  config: ["check", "print", "schema", "explain", "--as", "--json", ...serveFlags],
  doctor: [...serveFlags, "--json", "--probe", "--no-mint"],
  completion: ["bash", "zsh", "fish"],
  help: Object.keys(commandHelps),
};

/** Words after a flag. */
const afterFlag: Readonly<Record<string, readonly string[]>> = {
  "--shell": Object.keys(shells),
  "--preset": ["vm", "cloud-run", "gke"],
  "--log-level": ["error", "warn", "info", "debug"],
  "--log-format": ["text", "json"],
};

const scripts = { bash, zsh, fish } as const;
const names = Object.keys(scripts);

/** Prints the script for a shell. Throws a `ConfigurationError` for one that there is not. */
export async function completion(args: readonly string[]): Promise<void> {
  const { switches, words } = parseOptions(args, { help: "switch" });
  if (switches.has("help")) return print(commandHelp("completion"));
  const [shell = "", ...rest] = words;
  if (rest.length > 0 || !Object.hasOwn(scripts, shell)) {
    const message = `Name one shell: ${names.join(", ")}${suggestion(shell, names)}`;
    throw new ConfigurationError([{ at: "completion", message }]);
  }
  print(scripts[shell as keyof typeof scripts]());
}

function bash(): string {
  return [
    `_gce_metadata_emulator() {`,
    `  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""`,
    `  case "$before" in`,
    ...Object.entries(afterFlag).map(([flag, words]) => `    ${flag}) words="${words.join(" ")}" ;;`),
    `    ${fileFlags().join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;`,
    `  esac`,
    `  if [ -z "$words" ]; then`,
    `    if [ "$COMP_CWORD" -eq 1 ]; then words="${[...commands, "--version", "--help"].join(" ")}"; else`,
    `    case "\${COMP_WORDS[1]}" in`,
    ...Object.entries(own).map(([command, words]) => `      ${command}) words="${words.join(" ")}" ;;`),
    `    esac; fi`,
    `  fi`,
    `  COMPREPLY=($(compgen -W "$words" -- "$word"))`,
    `}`,
    `complete -o default -F _gce_metadata_emulator ${program}`,
  ].join("\n");
}

function zsh(): string {
  return [`#compdef ${program}`, "autoload -U +X bashcompinit && bashcompinit", bash()].join("\n");
}

function fish(): string {
  const line = (...parts: string[]) => `complete -c ${program} ${parts.join(" ")}`;
  const described = Object.entries(commandHelps).map(([name, { summary }]) =>
    line("-f", "-n __fish_use_subcommand", `-a ${name}`, `-d '${summary}'`),
  );
  const flags = flagNames.map((name) => {
    const { meaning, value } = flagTable[name];
    const needs =
      value === undefined
        ? []
        : afterFlag[canonical(name)] === undefined
          ? ["-r"]
          : ["-x", `-a '${afterFlag[canonical(name)]?.join(" ")}'`];
    return line(
      "-n '__fish_seen_subcommand_from serve exec doctor config'",
      `-l ${canonical(name).slice(2)}`,
      ...needs,
      `-d '${meaning.replaceAll("'", "")}'`,
    );
  });
  const words = Object.entries(own).flatMap(([command, all]) => {
    const plain = all.filter((word) => !word.startsWith("-"));
    return plain.length === 0
      ? []
      : [line("-f", `-n '__fish_seen_subcommand_from ${command}'`, `-a '${plain.join(" ")}'`)];
  });
  return [
    ...described,
    ...words,
    ...flags,
    line("-n '__fish_seen_subcommand_from env'", "-l shell -x", `-a '${Object.keys(shells).join(" ")}'`),
  ].join("\n");
}

function fileFlags(): string[] {
  return flagNames.filter((name) => ["FILE", "DIR", "PATH"].includes(flagTable[name].value ?? "")).map(canonical);
}
