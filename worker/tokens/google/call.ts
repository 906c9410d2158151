/**
 * One call to an upstream: a time limit per try, retries where they help, and every failure told as a `TokenError` that
 * names the step, the endpoint and the upstream's own words, with secrets struck out.
 *
 * @module
 */
import { isObject, type JsonObject, parseJson } from "../../lib/json.ts";
import { noticed } from "../../lib/notice.ts";
import type { ClientCertificate, Platform } from "../../platform.ts";
import { type Step, TokenError } from "../types.ts";
import { exchange, maxAnswerBytes, type RawAnswer } from "./exchange.ts";
import { upstreamWords, withoutSecrets } from "./words.ts";

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

const maxTries = 3;
const firstPauseMs = 200;
/** A `Retry-After` above this is passed on instead of waited for. */
const longestPauseMs = 5_000;

/** Makes a call. Rejects with a `TokenError` for everything but a 2xx answer. */
export async function callUpstream(
  platform: Platform,
  call: UpstreamCall,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
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
  return `Step "${step}": ${bareUrl(url)}`;
}

/** The query may hold what nobody shall read. */
function bareUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Returns how long to wait before the next try; `undefined`: there is none. */
function pauseBefore(error: TokenError, attempt: number, platform: Platform): number | undefined {
  const transient = (error.failure === "unavailable" && !isRedirect(error.status)) || error.status === 429;
  if (!transient || attempt >= maxTries) return undefined;
  if (error.retryAfterMs !== undefined) return error.retryAfterMs <= longestPauseMs ? error.retryAfterMs : undefined;
  return firstPauseMs * 2 ** (attempt - 1) * (0.5 + platform.random());
}

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && status >= 300 && status < 400;
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
  const where = { step: call.step, endpoint: new URL(call.url).host };
  const waiting = `Waiting for step "${call.step}" at ${bareUrl(call.url)}`;
  const outcome = await noticed(platform, waiting, where, exchange(platform, call, signal));
  const fields = { ...where, ms: platform.clock.now() - started };
  if ("error" in outcome) {
    platform.onUpstream?.(fields);
    platform.log("debug", "Upstream call failed", fields);
    throw new TokenError(
      "unavailable",
      call.step,
      `${place(call)} cannot be reached: ${withoutSecrets(outcome.error, call)}`,
    );
  }
  platform.onUpstream?.({ ...fields, status: outcome.status });
  platform.log("debug", "Upstream call", { ...fields, status: outcome.status });
  const { status, text } = outcome;
  if (status < 200 || status >= 300) throw refused(call, outcome, platform.clock.now());
  if (text === undefined) throw garbage(call, `${status} with more than ${maxAnswerBytes} bytes`);
  return { status, text };
}

function refused(call: UpstreamCall, { retryAfter, status, text }: RawAnswer, now: number): TokenError {
  const redirect = isRedirect(status) ? ", a redirect, which is not followed" : "";
  const message = `${place(call)} answered ${status}${redirect}${upstreamWords(text ?? "", call)}`;
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
