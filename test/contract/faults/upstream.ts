/**
 * What an upstream can do instead of giving a token, and what a program that asks for the token then gets: data of the
 * fault matrix (test/unit/tokens/fault-matrix.test.ts, docs/fault-matrix.md).
 *
 * @module
 */

export interface UpstreamFault {
  readonly name: string;
  /** Answer of a request with no token held. */
  readonly status: number;
  /** Calls that are made in all. */
  readonly tries: number;
  /** `Retry-After` of the answer, seconds. */
  readonly retryAfter?: number;
  /** It lasts until the call is given up. */
  readonly stands?: boolean;
  /** What happens to a call; the signal fires when it is given up. */
  act(signal: AbortSignal): Response | Promise<Response>;
}

const broken = (code: string, what: string) => () =>
  Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(what), { code }) }));

const says = (status: number, body: string, headers: Record<string, string> = {}) => ({
  act: () => new Response(body, { status, headers: { "content-type": "application/json", ...headers } }),
});

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

/** The first byte of an answer, and then nothing more. */
function drip(signal: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("{"));
      signal.addEventListener("abort", () => controller.error(signal.reason), { once: true });
    },
  });
  return new Response(body, { status: 200 });
}

const every = (token: unknown, more: object = {}) =>
  JSON.stringify({
    access_token: token,
    accessToken: token,
    id_token: token,
    token,
    value: token,
    AccessKeyId: token,
    SecretAccessKey: token,
    expires_in: 3599,
    expireTime: "2036-11-24T13:00:00Z",
    ...more,
  });

const oauth = '{"error":"refused","error_description":"Words of Google"}';
const api = (status: number) => JSON.stringify({ error: { code: status, message: "Words of Google", status: "X" } });

/** The table. */
export const upstreamFaults: readonly UpstreamFault[] = [
  { name: "unknown host", status: 503, tries: 3, act: broken("ENOTFOUND", "getaddrinfo ENOTFOUND") },
  { name: "connection refused", status: 503, tries: 3, act: broken("ECONNREFUSED", "connect ECONNREFUSED") },
  { name: "connection reset", status: 503, tries: 3, act: broken("ECONNRESET", "read ECONNRESET") },
  { name: "certificate refused", status: 503, tries: 3, act: broken("CERT_HAS_EXPIRED", "certificate has expired") },
  { name: "no answer", status: 503, tries: 3, stands: true, act: untilAborted },
  { name: "an answer that stops after its first byte", status: 503, tries: 3, stands: true, act: drip },
  { name: "200 with a page", status: 500, tries: 1, ...says(200, "<html>Sign in to the network</html>") },
  { name: "200 with half of a JSON text", status: 500, tries: 1, ...says(200, '{"access_token":"ya29.abc","expi') },
  { name: "200 with nothing", status: 500, tries: 1, ...says(200, "") },
  { name: "204", status: 500, tries: 1, act: () => new Response(null, { status: 204 }) },
  { name: "200 with two mebibytes", status: 500, tries: 1, ...says(200, "x".repeat(2 * 1024 * 1024)) },
  { name: "200 with numbers for tokens", status: 500, tries: 1, ...says(200, every(5)) },
  { name: "200 with a list", status: 500, tries: 1, ...says(200, "[]") },
  { name: "200 with empty tokens", status: 500, tries: 1, ...says(200, every("")) },
  { name: "302", status: 503, tries: 1, ...says(302, "", { location: "https://elsewhere.example/" }) },
  { name: "400", status: 400, tries: 1, ...says(400, oauth) },
  { name: "401", status: 401, tries: 1, ...says(401, api(401)) },
  { name: "403", status: 403, tries: 1, ...says(403, api(403)) },
  { name: "404", status: 404, tries: 1, ...says(404, api(404)) },
  { name: "408", status: 503, tries: 3, ...says(408, "") },
  { name: "429", status: 429, tries: 3, ...says(429, api(429)) },
  {
    name: "429 with Retry-After: 60",
    status: 429,
    tries: 1,
    retryAfter: 60,
    ...says(429, api(429), { "retry-after": "60" }),
  },
  { name: "500", status: 503, tries: 3, ...says(500, oauth) },
  { name: "502 with a page", status: 503, tries: 3, ...says(502, "<html>Bad Gateway</html>") },
  { name: "503 with Retry-After: 2", status: 503, tries: 3, retryAfter: 2, ...says(503, "", { "retry-after": "2" }) },
  { name: "504", status: 503, tries: 3, ...says(504, "") },
];
