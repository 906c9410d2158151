/**
 * The credential that a relay shows: as given, from a variable, or from a file that somebody rotates (a projected token
 * of Kubernetes, a job's OIDC token).
 *
 * @module
 */
import { VISIBLE } from "../../config/values.ts";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import type { Platform } from "../../platform.ts";
import type { RelayFlags } from "./relay-flags.ts";

/** Returns the way to the credential as it is now. Throws a `ConfigurationError` when there is none at the start. */
export async function createCredential(
  from: RelayFlags["credential"],
  platform: Platform,
): Promise<() => Promise<string>> {
  if ("file" in from) return fromFile(from.file, platform);
  const [at, text] = "variable" in from ? ["--token-env", platform.env[from.variable]] : ["--token", from.token];
  const token = text?.trim() ?? "";
  if (token === "" && "variable" in from) refuse(at, `The variable ${from.variable} is not set`);
  assertToken(token, at);
  return async () => token;
}

/** The file is read for every request: it is small, and no watcher misses a rotation that way. */
async function fromFile(path: string, platform: Platform): Promise<() => Promise<string>> {
  const read = async () => {
    const text = ((await platform.readTextFile?.(path)) ?? "").replace(/^\uFEFF/, "").trim();
    assertToken(text, "--token-file");
    return text;
  };
  let last: string;
  try {
    last = await read();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code } = error as { code?: unknown };
    return refuse("--token-file", `Cannot read "${path}": ${code === "ENOENT" ? "no such file" : messageOf(error)}`);
  }
  return async () => {
    try {
      last = await read();
    } catch (error) {
      // Between the old file and the new one there may be none for a moment.
      platform.log("warn", `Cannot read the credential again, the last one is used: ${messageOf(error)}`);
    }
    return last;
  };
}

function assertToken(token: string, at: string): void {
  if (!VISIBLE.test(token)) refuse(at, "Must hold one token of visible ASCII characters without blanks");
}

function refuse(at: string, message: string): never {
  throw new ConfigurationError([{ at, message }]);
}
