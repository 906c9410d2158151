/**
 * One request to the service and its answer, as the workload shall see it: the real server's header names in their own
 * casing, redirects to the address that the workload used, nothing that an edge in between has added.
 *
 * @module
 */
import { BodyTooLarge, readBody } from "../http/body.ts";
import type { Call } from "../http/call.ts";
import { styles } from "../http/style.ts";
import { parseBoolean } from "../metadata/query.ts";
import type { Platform } from "../platform.ts";
import { ClientAway, type ServiceAnswer, ServiceAway } from "./answer.ts";
import type { RelayOptions } from "./options.ts";
import { sliceSeconds } from "./slice.ts";
import type { Ask } from "./waiting.ts";

/** A request is given up after this time, one that waits for a change after a slice more; the service ends earlier. */
const limitMs = 28_000;
const maxBody = 2 * 1024 * 1024;
/** A whole tree has some hundred kilobytes at most. */
export const maxAnswer = 8 * 1024 * 1024;

/** Headers of the workload that mean something to the service. */
const asked = ["metadata-flavor", "x-google-metadata-request", "content-type", "accept", "user-agent", "if-none-match"];

/** Headers that pass, in the order and the casing in which a metadata server sends them. */
const answered = [
  "Metadata-Flavor",
  "Content-Type",
  "ETag",
  "Server",
  "Content-Length",
  "X-XSS-Protection",
  "X-Frame-Options",
  "X-Content-Type-Options",
  "Cache-Control",
  "Retry-After",
  "Allow",
  "Location",
];

/** Builds the way to the service. Rejects with `ServiceAway`, or with why there is no credential. */
export function createForwarder({ credential, to }: RelayOptions, platform: Platform, closing: AbortSignal): Ask {
  const base = new URL(to);
  const prefix = base.pathname.replace(/\/+$/, "");
  return async (call, search) => {
    const headers: Record<string, string> = { "Accept-Encoding": "identity" };
    for (const name of asked) {
      const value = call.header(name);
      if (value !== null) headers[name] = value;
    }
    headers.Authorization = `Bearer ${await credential()}`;
    const url = `${base.origin}${prefix}${call.path}${search === "" ? "" : `?${search}`}`;
    // The answer to HEAD is that to GET without its body.
    const method = call.method === "HEAD" ? "GET" : call.method;
    const body = method === "GET" || method === "DELETE" ? null : ((await call.body(maxBody)) as BodyInit);
    const { bytes, response } = await exchange(platform, { url, method, headers, body }, call, closing);
    return answerOf(response, bytes, call, base, prefix);
  };
}

interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: BodyInit | null;
}

async function exchange(
  platform: Platform,
  { url, ...init }: Outgoing,
  call: Call,
  closing: AbortSignal,
): Promise<{ response: Response; bytes: Uint8Array }> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const waits = parseBoolean(new URLSearchParams(call.search).get("wait_for_change"));
  let late = false;
  const cancel = platform.clock.timer(limitMs + (waits ? sliceSeconds * 1000 : 0), () => {
    late = true;
    abort();
  });
  const signals = [closing, call.signal].filter((signal) => signal !== undefined);
  for (const signal of signals) signal.addEventListener("abort", abort, { once: true });
  try {
    if (closing.aborted) abort();
    const response = await platform.fetch(url, { ...init, redirect: "manual", signal: controller.signal });
    return { response, bytes: await readBody(response.body, maxAnswer) };
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new ServiceAway("answered with more than 8 MiB, which no metadata has");
    if (!controller.signal.aborted) throw new ServiceAway(`cannot be reached: ${reasonOf(error)}`);
    throw late || closing.aborted ? new ServiceAway("did not answer in time") : new ClientAway();
  } finally {
    cancel();
    // What is left of an answer that was given up is not waited for.
    abort();
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}

function answerOf(response: Response, bytes: Uint8Array, call: Call, base: URL, prefix: string): ServiceAnswer {
  const headers: Record<string, string> = {};
  const server = response.headers.get("server") ?? "";
  const isServer = /Metadata Server/.test(server);
  for (const name of answered) {
    const value = response.headers.get(name);
    if (name === "Content-Length") headers[name] = String(bytes.length);
    // An edge puts its own name there; some clients look at it.
    else if (name === "Server") headers[name] = isServer ? server : styles.vm.server;
    else if (name === "Location") Object.assign(headers, locationOf(value, call, base, prefix));
    else if (value !== null) headers[name] = value;
  }
  const isService = isServer || response.headers.get("metadata-flavor") === "Google";
  return { reply: { status: response.status, headers, body: bytes }, isService };
}

/** A redirect of the service leads to the address that the workload used. */
function locationOf(value: string | null, call: Call, base: URL, prefix: string): Record<string, string> {
  if (value === null) return {};
  const target = new URL(value, base);
  if (target.host !== base.host) throw new ServiceAway("is not there: its address redirects to another host");
  const path = target.pathname.startsWith(`${prefix}/`) ? target.pathname.slice(prefix.length) : target.pathname;
  return { Location: `${call.origin}${path}${target.search}` };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === "string") return code;
  return (cause instanceof Error ? cause.message : String(cause)).replace(/Bearer \S+/g, "[redacted]").slice(0, 200);
}
