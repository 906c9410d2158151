/**
 * One HTTP exchange with an upstream within its time limit, the answer's size bounded. Which failures are tried again
 * and how they are told is left to `call.ts`.
 *
 * @module
 */
import type { ClientCertificate, Platform } from "../../platform.ts";
import type { UpstreamCall } from "./call.ts";

export const tryMs = 10_000;
/** Token answers have a few kilobytes. */
export const maxAnswerBytes = 1024 * 1024;

/** What is said when the caller's own time is over. */
const overall = "the time for this token is over";

/** An answer of any status. */
export interface RawAnswer {
  readonly status: number;
  /** `undefined`: more than we read. */
  readonly text: string | undefined;
  readonly retryAfter: string | null;
}

/**
 * Makes one try. What went wrong below HTTP comes back as a phrase, secrets included where the runtime quotes the
 * header or the body that it could not send.
 */
export async function exchange(
  platform: Platform,
  call: UpstreamCall,
  signal: AbortSignal,
): Promise<RawAnswer | { error: string }> {
  if (signal.aborted) return { error: overall };
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  let late = (_: { error: string }): void => undefined;
  const limit = new Promise<{ error: string }>((resolve) => {
    late = resolve;
  });
  const cancel = platform.clock.timer(tryMs, () => {
    late({ error: `no answer within ${tryMs / 1000} s` });
    abort();
  });
  controller.signal.addEventListener("abort", () => late({ error: overall }), { once: true });
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
  const init: RequestInit = {
    method,
    headers: { ...headers },
    redirect: "manual",
    signal,
    ...(body === undefined ? {} : { body }),
  };
  // An override may lead to http on loopback, where there is no TLS to show a certificate in.
  const plain = certificate === undefined || url.startsWith("http:");
  const answer = plain ? await platform.fetch(url, init) : await withCertificate(platform, url, init, certificate);
  return { status: answer.status, text: await readText(answer), retryAfter: answer.headers.get("retry-after") };
}

function withCertificate(
  platform: Platform,
  url: string,
  init: RequestInit,
  certificate: ClientCertificate,
): Promise<Response> {
  if (platform.fetchWithCertificate === undefined)
    throw new Error(`${platform.runtime} cannot show a client certificate`);
  return platform.fetchWithCertificate(url, init, certificate);
}

/** Reads the body, or gives `undefined` and stops when it is too large. */
async function readText(answer: Response): Promise<string | undefined> {
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
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  const message = cause instanceof Error ? cause.message : String(cause);
  return `${typeof code === "string" ? `${code} ` : ""}${message}`.slice(0, 200);
}
