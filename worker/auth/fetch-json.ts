/**
 * One small JSON document of an identity provider: a single try, so that a provider in trouble is asked once, its size
 * and time bounded, redirects not followed.
 *
 * @module
 */
import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import type { Platform } from "../platform.ts";
import { exchange } from "../tokens/google/exchange.ts";

/** Fetches an object. Rejects with a sentence for the log. */
export async function fetchJson(platform: Platform, url: string): Promise<JsonObject> {
  const headers = { Accept: "application/json" };
  const call = { step: "identity provider", method: "GET", url, headers } as const;
  const answer = await exchange(platform, call, new AbortController().signal);
  const where = new URL(url).origin + new URL(url).pathname;
  if ("error" in answer) throw new Error(`${where} cannot be reached: ${answer.error}`);
  if (answer.status !== 200) throw new Error(`${where} answered ${answer.status}`);
  try {
    const value = parseJson(answer.text ?? "");
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new Error(`${where} answered with something that is no JSON object`);
}
