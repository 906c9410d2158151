/**
 * Sets and unsets variables in the language of a shell, quoted so that nothing of a value is ever executed.
 *
 * @module
 */
import { noProxyHosts } from "../../library/variables.ts";

/** What is to be set, and what is to be gone. */
export interface Changes {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

export type Shell = keyof typeof shells;

const proxies = noProxyHosts.join(",");
const lines = (texts: readonly string[]) => texts.join("\n");
const sets = (set: Changes["set"], line: (name: string, value: string) => string) =>
  Object.entries(set).map(([name, value]) => line(name, value));

/**
 * Each shell's way. `docker` is an env file as `docker run --env-file` reads it: no quotes, no substitution. In `json` a
 * variable that is to be unset is null.
 */
export const shells = {
  bash: ({ set, unset }: Changes) =>
    lines([
      ...sets(set, (name, value) => `export ${name}=${posix(value)}`),
      `export NO_PROXY="\${NO_PROXY:+$NO_PROXY,}${proxies}"`,
      `unset ${unset.join(" ")}`,
    ]),
  fish: ({ set, unset }: Changes) =>
    lines([
      ...sets(set, (name, value) => `set -gx ${name} ${fish(value)}`),
      `set -gx NO_PROXY (string join , $NO_PROXY ${proxies})`,
      ...unset.map((name) => `set -e ${name}`),
    ]),
  powershell: ({ set, unset }: Changes) =>
    lines([
      ...sets(set, (name, value) => `$env:${name} = ${powershell(value)}`),
      `$env:NO_PROXY = (@($env:NO_PROXY, '${proxies}') | Where-Object { $_ }) -join ','`,
      ...unset.map((name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`),
    ]),
  dotenv: ({ set }: Changes) =>
    lines([...sets(set, (name, value) => `${name}=${dotenv(value)}`), `NO_PROXY=${dotenv(proxies)}`]),
  docker: ({ set }: Changes) => lines([...sets(set, (name, value) => `${name}=${value}`), `NO_PROXY=${proxies}`]),
  json: ({ set, unset }: Changes) =>
    JSON.stringify(
      { ...set, NO_PROXY: proxies, ...Object.fromEntries(unset.map((name) => [name, null])) },
      undefined,
      2,
    ),
} as const;

/** Nothing is special between single quotes but the quote itself. */
function posix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fish(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function powershell(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function dotenv(text: string): string {
  return /^[\w.:/@,-]*$/.test(text) ? text : `'${text.replaceAll("'", "\\'")}'`;
}
