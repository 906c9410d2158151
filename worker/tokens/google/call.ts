/**
 * One call to an upstream: a time limit per try, retries where they help, and every failure told as a `TokenError` that
 * names the step, the endpoint and the upstream's own words, with secrets struck out.
 *
 * @module
 */
import { isObject, type JsonObject, parseJson } from "../../lib/json.ts";
import type { ClientCertificate, Platform } from "../../platform.ts";
import { type Step, TokenError } from "../types.ts";
import { upstreamWords } from "./words.ts";

/** A call. The URL's query never shows in messages. */
export interface UpstreamCall {
  readonly step: Step;
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Shown to the upstream (mTLS). */
  readonly certificate?: ClientCertificate;
}

/** A 2xx answer. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly text: string;
}

const tryMs = 10_000;
const maxTries = 3;
const firstPauseMs = 200;
/** A `Retry-After` above this is passed on instead of waited for. */
const longestPauseMs = 5_000;
const maxAnswerBytes = 1024 * 1024;

/** Makes a call. Rejects with a `TokenError` for everything but a 2xx answer. */
export async function callUpstream(platform: Platform, call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryOnce(platform, call, signal);
    } catch (error) {
      const pauseMs = error instanceof TokenError ? pauseBefore(error, attempt, platform) : undefined;
      if (pauseMs === undefined || signal.aborted) throw error;
      await pause(platform, pauseMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Makes a call whose answer is a JSON object. */
export async function callJson(platform: Platform, call: UpstreamCall, signal: AbortSignal): Promise<JsonObject> {
  const { status, text } = await callUpstream(platform, call, signal);
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: what stands in the answer may be a secret.
  }
  throw garbage(call, `${status} with something that is no JSON object`);
}

/** The error of an answer that is not what it should be; `what` must not quote it. */
export function garbage(call: UpstreamCall, what: string): TokenError {
  return new TokenError("garbage", call.step, `${place(call)} answered ${what}`);
}

function place({ step, url }: UpstreamCall): string {
  const { origin, pathname } = new URL(url);
  return `Step "${step}": ${origin}${pathname}`;
}

/** Returns how long to wait before the next try; `undefined`: there is none. */
function pauseBefore(error: TokenError, attempt: number, platform: Platform): number | undefined {
  const transient = error.failure === "unavailable" || error.status === 429;
  if (!transient || attempt >= maxTries) return undefined;
  if (error.retryAfterMs !== undefined) return error.retryAfterMs <= longestPauseMs ? error.retryAfterMs : undefined;
  return firstPauseMs * 2 ** (attempt - 1) * (0.5 + platform.random());
}

function pause(platform: Platform, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = platform.clock.timer(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}

async function tryOnce(platform: Platform, call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
  const started = platform.clock.now();
  const outcome = await exchange(platform, call, signal);
  const fields = { step: call.step, endpoint: new URL(call.url).host, ms: platform.clock.now() - started };
  if ("error" in outcome) {
    platform.log("debug", "Upstream call failed", fields);
    throw new TokenError("unavailable", call.step, `${place(call)} cannot be reached: ${outcome.error}`);
  }
  platform.log("debug", "Upstream call", { ...fields, status: outcome.status });
  if (outcome.status >= 200 && outcome.status < 300) return { status: outcome.status, text: outcome.text };
  throw refused(call, outcome, platform.clock.now());
}

interface RawAnswer extends UpstreamAnswer {
  readonly retryAfter: string | null;
}

/** One exchange within its time limit; what went wrong below HTTP comes back as a sentence. */
async function exchange(platform: Platform, call: UpstreamCall, signal: AbortSignal): Promise<RawAnswer | { error: string }> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  let late = (_: { error: string }): void => undefined;
  const limit = new Promise<{ error: string }>((resolve) => {
    late = resolve;
  });
  const cancel = platform.clock.timer(tryMs, () => {
    late({ error: `no answer within ${tryMs / 1000} s` });
    abort();
  });
  controller.signal.addEventListener("abort", () => late({ error: "the time for this token is over" }), { once: true });
  try {
    return await Promise.race([send(platform, call, controller.signal), limit]);
  } catch (error) {
    return { error: reasonOf(error) };
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}

async function send(platform: Platform, call: UpstreamCall, signal: AbortSignal): Promise<RawAnswer> {
  const { body, certificate, headers = {}, method, url } = call;
  // A redirect would carry the assertion or the subject token to whoever the upstream names.
  const init: RequestInit = { method, headers: { ...headers }, redirect: "manual", signal, ...(body === undefined ? {} : { body }) };
  // An override may lead to http on loopback, where there is no TLS to show a certificate in.
  const plain = certificate === undefined || url.startsWith("http:");
  const answer = plain ? await platform.fetch(url, init) : await withCertificate(platform, url, init, certificate);
  return { status: answer.status, text: await readText(answer), retryAfter: answer.headers.get("retry-after") };
}

function withCertificate(platform: Platform, url: string, init: RequestInit, certificate: ClientCertificate): Promise<Response> {
  if (platform.fetchWithCertificate === undefined) throw new Error(`${platform.runtime} cannot show a client certificate`);
  return platform.fetchWithCertificate(url, init, certificate);
}

async function readText(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > maxAnswerBytes) {
      await reader.cancel();
      throw new Error(`an answer of more than ${maxAnswerBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  const message = cause instanceof Error ? cause.message : String(cause);
  return `${typeof code === "string" ? `${code} ` : ""}${message}`.slice(0, 200);
}

function refused(call: UpstreamCall, { retryAfter, status, text }: RawAnswer, now: number): TokenError {
  const message = `${place(call)} answered ${status}${upstreamWords(text, call)}`;
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  const options = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const rejected = status >= 400 && status < 500 && status !== 408;
  return new TokenError(rejected ? "rejected" : "unavailable", call.step, message, options);
}

function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
