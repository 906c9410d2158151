/**
 * What an upstream says about its refusal, fit to be shown: OAuth's and Google's error shapes, short, on one line, and
 * without anything that was sent to it or looks like a token.
 *
 * @module
 */
import { isObject, parseJson } from "../../lib/json.ts";
import type { UpstreamCall } from "./call.ts";

const maxLength = 300;

/** Returns `: words`, or nothing when the upstream said nothing that can be shown. */
export function upstreamWords(text: string, call: Pick<UpstreamCall, "body" | "headers" | "url">): string {
  const words = clean(wordsOf(text), call);
  return words === "" ? "" : `: ${words}`;
}

function wordsOf(text: string): string {
  try {
    const value = parseJson(text);
    if (!isObject(value)) return "";
    const { error, error_description: description } = value;
    if (isObject(error)) return `${String(error.status ?? error.code ?? "")} ${String(error.message ?? "")}`;
    return [error, description].filter((part) => typeof part === "string").join(": ");
  } catch {
    // An HTML page or a proxy's sentence says little, and an unknown text may hold anything.
    return /^\s*</.test(text) ? "an HTML page" : text.slice(0, 2 * maxLength);
  }
}

function clean(words: string, call: Pick<UpstreamCall, "body" | "headers" | "url">): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  let shown = words.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  shown = shown.replace(/ya29\.[\w.-]+|eyJ[\w-]+(?:\.[\w-]*)+|1\/\/[\w-]{10,}|GOCSPX-[\w-]+/g, "[redacted]");
  for (const secret of sentSecrets(call)) shown = shown.replaceAll(secret, "[redacted]");
  return shown.trim().slice(0, maxLength);
}

/** Form fields that are secret however short they are. */
const secretFields = ["assertion", "client_secret", "refresh_token", "subject_token"];
/** Headers that say nothing of the caller. */
const plainHeaders = /^(?:accept|content-type)$/i;

/** Every value that went up and is, or may be, a secret: form fields, JSON strings, header values. */
function* sentSecrets({ body = "", headers = {}, url }: Pick<UpstreamCall, "body" | "headers" | "url">): Generator<string> {
  const form = new URLSearchParams(body);
  const inHeaders = Object.entries(headers).filter(([name]) => !plainHeaders.test(name));
  const certain = [...inHeaders.map(([, value]) => value.replace(/^(?:Bearer|Basic) /, "")), ...secretFields.map((field) => form.get(field) ?? "")];
  // One or two characters would strike out half of the message.
  for (const value of certain) if (value.length > 2) yield value;
  const inForm = [...form.values()];
  const inJson = body.startsWith("{") ? [...body.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "") : [];
  const inQuery = [...new URL(url).searchParams.values()];
  for (const value of [...inForm, ...inJson, ...inQuery]) {
    // Shorter ones are words of the protocol; URLs and e-mails are needed to understand the message.
    if (value.length >= 20 && !/^https?:\/\/|^urn:|^[\w.-]+@[\w.-]+$|^projects\//.test(value)) yield value;
  }
}
