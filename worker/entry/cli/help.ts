/**
 * What `--help` prints: one screen of 80 columns and 24 lines, made from the table of flags; flags that belong together
 * share a line.
 *
 * @module
 */
import { canonical, type FlagName, flagNames, flagTable } from "./flag-table.ts";

/** Flags that share a line, and what to say of them together. */
const together: readonly { readonly flags: readonly FlagName[]; readonly meaning: string }[] = [
  { flags: ["port", "host"], meaning: "listen there (8080 on 127.0.0.1)" },
  { flags: ["config", "instance"], meaning: "metadata, accounts, options (JSON)" },
  { flags: ["impersonate", "delegates"], meaning: "impersonate --service-account-email" },
  { flags: ["projectId", "numericProjectId"], meaning: "project" },
  { flags: ["zone", "instanceId", "instanceName"], meaning: "instance" },
  { flags: ["logLevel", "logFormat"], meaning: "error|warn|info|debug, text|json" },
  { flags: ["controlToken", "inspect"], meaning: "control API, inspector" },
  { flags: ["openMetrics", "state"], meaning: "metrics without token, changes kept" },
  { flags: ["help", "version"], meaning: "this text, the version" },
];

const column = 33;

/** Returns the help, without a closing newline. */
export function helpText(): string {
  return [
    "Google's metadata server, outside Google Cloud",
    "Usage: gce-metadata-emulator serve [FLAGS]",
    ...flagNames.flatMap(line),
    "Without a credential the local issuer signs; its tokens are not Google's.",
    "Examples:",
    "  gce-metadata-emulator serve --port 0",
    "  gce-metadata-emulator serve --service-account-file key.json --log-level debug",
  ].join("\n");
}

function line(name: FlagName): string[] {
  const group = together.find(({ flags }) => flags.includes(name));
  if (group === undefined) return [row([name], flagTable[name].meaning)];
  return group.flags[0] === name ? [row(group.flags, group.meaning)] : [];
}

function row(names: readonly FlagName[], meaning: string): string {
  const flags = names.map((name) => {
    const { value } = flagTable[name];
    return value === undefined ? canonical(name) : `${canonical(name)} ${value}`;
  });
  return `  ${flags.join(", ").padEnd(column)}  ${meaning}`;
}
