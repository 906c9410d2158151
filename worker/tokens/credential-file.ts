/**
 * Reads a credential file; what is in it is judged by the sources.
 *
 * @module
 */
import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import type { Platform } from "../platform.ts";

/** Returns the file's object, or the one sentence that says why there is none. */
export async function readCredentialFile(
  path: string,
  platform: Platform,
): Promise<{ credential: JsonObject } | { problem: string }> {
  const problem = (why: string) => ({ problem: `Cannot read credential file "${path}": ${why}` });
  if (platform.readTextFile === undefined) {
    return problem(`${platform.runtime} reads no files; give its content in GOOGLE_APPLICATION_CREDENTIALS_JSON`);
  }
  let text: string;
  try {
    text = await platform.readTextFile(path);
  } catch (error) {
    return problem(reasonOf(error));
  }
  return parseCredential(text) ?? problem("not valid JSON");
}

/** Returns the object that `text` holds; `undefined` when it holds none. */
export function parseCredential(text: string): { credential: JsonObject } | undefined {
  try {
    const credential = parseJson(text.replace(/^\uFEFF/, ""));
    return isObject(credential) ? { credential } : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { code, message = "" } = error as { code?: string; message?: string };
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES" || code === "EPERM") return "not permitted";
  return code === "EISDIR" ? "it is a directory" : (code ?? message);
}
