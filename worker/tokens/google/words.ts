/**
 * What an upstream says about its refusal, fit to be shown: OAuth's and Google's error shapes, short, on one line, and
 * without anything that was sent to it or looks like a token.
 *
 * @module
 */
import { isObject, parseJson } from "../../lib/json.ts";
import type { UpstreamCall } from "./call.ts";

const maxLength = 300;
/** What is looked at, so that a large page costs little. */
const longestText = 2_000;

type Sent = Pick<UpstreamCall, "body" | "headers" | "url">;

/** Returns `: words`, or nothing when the upstream said nothing that can be shown. */
export function upstreamWords(text: string, call: Sent): string {
  const words = withoutSecrets(wordsOf(text).slice(0, longestText), call);
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
    return /^\s*</.test(text) ? "an HTML page" : text;
  }
}

/** Returns `words` on one line, without what was sent to the upstream and without anything that looks like a token. */
export function withoutSecrets(words: string, call: Sent): string {
  const shown = withoutTokens(words);
  const secrets = [...sentSecrets(call)].map(oneLine);
  return withoutParts(shown, [...secrets, ...secrets.map(formEncoded)])
    .trim()
    .slice(0, maxLength);
}

/** Returns what a program says, fit to be shown: short, on one line, without anything that looks like a token. */
export function shownWords(words: string): string {
  return withoutTokens(words.slice(0, longestText)).slice(0, maxLength);
}

function withoutTokens(words: string): string {
  return oneLine(words).replace(
    /ya29\.[\w.-]+|eyJ[\w-]+(?:\.[\w-]*)*|1\/\/[\w-]{10,}|GOCSPX-[\w-]+|-----BEGIN.*/g,
    "[redacted]",
  );
}

/** As it stands in a form; unlike `encodeURIComponent` this throws for no text. */
function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}

/** Part of a secret that is long enough to be one: upstreams quote what they were sent, but not always whole. */
const secretPart = 20;

/** Takes out every run of at least 20 characters that a secret holds too, and the whole of a shorter one. */
function withoutParts(text: string, secrets: readonly string[]): string {
  let kept = "";
  for (let at = 0; at < text.length; ) {
    const length = Math.max(0, ...secrets.map((secret) => commonLength(text, at, secret)));
    kept += length > 0 ? "[redacted]" : text[at];
    at += Math.max(1, length);
  }
  return kept;
}

/** Returns how many characters of `text` from `at` on stand in `secret` too; 0 when they are too few to matter. */
function commonLength(text: string, at: number, secret: string): number {
  let end = at + Math.min(secretPart, secret.length);
  if (end > text.length || !secret.includes(text.slice(at, end))) return 0;
  while (end < text.length && secret.includes(text.slice(at, end + 1))) end++;
  return end - at;
}

/** Form fields that are secret however short they are. */
const secretFields = ["assertion", "client_secret", "refresh_token", "subject_token"];
/** Headers that say nothing of the caller. */
const plainHeaders = /^(?:accept|content-type|x-goog-user-project)$/i;

/** Every value that went up and is, or may be, a secret: form fields, JSON strings, header values. */
function* sentSecrets({ body = "", headers = {}, url }: Sent): Generator<string> {
  const form = new URLSearchParams(body);
  const inHeaders = Object.entries(headers).filter(([name]) => !plainHeaders.test(name));
  const certain = [
    ...inHeaders.flatMap(([, value]) => headerSecrets(value)),
    ...secretFields.map((field) => form.get(field) ?? ""),
  ];
  // One or two characters would strike out half of the message.
  for (const value of certain) if (value.length > 2) yield value;
  const inForm = [...form.values()];
  const inJson = body.startsWith("{") ? [...body.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "") : [];
  const inQuery = [...new URL(url).searchParams.values()];
  for (const value of [...inForm, ...inJson, ...inQuery]) {
    // Shorter ones are words of the protocol; URLs and e-mails are needed to understand the message.
    if (value.length >= 20 && !/^https?:\/\/|^urn:|^\/\/iam\.|^[\w.-]+@[\w.-]+$|^projects\//.test(value)) yield value;
  }
}

/** The credentials of a header; of Basic authentication also the password behind the public id. */
function headerSecrets(value: string): string[] {
  const bare = value.replace(/^(?:Bearer|Basic) /i, "");
  if (!/^Basic /i.test(value)) return [bare];
  try {
    const pair = atob(bare);
    return [bare, pair.slice(pair.indexOf(":") + 1)];
  } catch {
    return [bare];
  }
}
