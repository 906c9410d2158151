/**
 * What `serve` warns of at the start: an address that other machines reach, and files with secrets that other users of
 * this machine may read.
 *
 * @module
 */
import process from "node:process";
import type { FlagValues } from "../../config/flag-values.ts";
import type { Address } from "../listen/types.ts";

/** Returns the warnings, one sentence each. `env`: the variables that name files. */
export async function startWarnings(
  flags: FlagValues,
  address: Address,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const files: readonly (readonly [string, string | undefined])[] = [
    ["--service-account-file", flags.serviceAccountFile],
    ["GOOGLE_APPLICATION_CREDENTIALS", env.GOOGLE_APPLICATION_CREDENTIALS],
    ["--config", flags.config ?? env.METADATA_CONFIG_FILE],
    ["--state", flags.state],
  ];
  const read = await Promise.all(files.map(([name, path]) => fileWarning(name, path)));
  return [addressWarning(address), ...read].filter((warning) => warning !== undefined);
}

/** Whether other machines reach an address: everything but loopback and a socket. */
export function isWide(address: Address): boolean {
  return !("unixSocket" in address || /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(address.host));
}

/** What `serve` and `relay` say of an address that other machines reach. */
export function addressWarning(address: Address): string | undefined {
  if (!isWide(address) || "unixSocket" in address) return undefined;
  return `--host ${address.host}: whoever reaches this address from another machine gets tokens of your account, without any login; 127.0.0.1 keeps them on this machine`;
}

/** Windows has no such modes; a file that is missing is told by whoever reads it. */
async function fileWarning(name: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined || process.platform === "win32") return undefined;
  const { stat } = await import("node:fs/promises");
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || (found.mode & 0o077) === 0) return undefined;
  return `${name}: other users of this machine may read "${path}"; chmod 600 keeps its secrets yours`;
}
