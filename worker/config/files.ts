/**
 * Reads a file that a flag or variable names, and says in one sentence why it could not.
 *
 * @module
 */
import { messageOf } from "../lib/errors.ts";
import type { Problems } from "../lib/problems.ts";
import type { Platform } from "../platform.ts";

/** A file to be read: its path, what named it, and what it is called in messages. */
export interface NamedFile {
  readonly path: string;
  readonly at: string;
  readonly origin: string;
}

/** Returns the file's text without a byte order mark, or `undefined` with a problem noted. */
export async function readFileNamed(
  platform: Platform,
  file: NamedFile,
  problems: Problems,
): Promise<string | undefined> {
  const instead = INSTEAD[file.at];
  // The path is shown in messages, and a credential must not be.
  if (file.path.trimStart().startsWith("{")) {
    problems.add(file.at, `Must be a path, not JSON${instead === undefined ? "" : `; that goes into ${instead}`}`);
    return undefined;
  }
  if (platform.readTextFile === undefined) {
    const advice = instead === undefined ? "" : `; put its content into ${instead}`;
    problems.add(file.at, `Cannot read ${file.origin}: ${platform.runtime} has no files${advice}`);
    return undefined;
  }
  try {
    return (await platform.readTextFile(file.path)).replace(/^\uFEFF/, "");
  } catch (error) {
    problems.add(file.at, `Cannot read ${file.origin}: ${reasonOf(error)}`);
    return undefined;
  }
}

const INSTEAD: Readonly<Record<string, string>> = {
  GOOGLE_APPLICATION_CREDENTIALS: "GOOGLE_APPLICATION_CREDENTIALS_JSON",
  METADATA_CONFIG_FILE: "METADATA_CONFIG",
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
};

/** Each runtime words these three differently; the code is the same, but for Deno's older errors. */
function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? messageOf(error);
}
