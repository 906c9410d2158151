/**
 * An HTTP client over bare sockets, for what ordinary clients hide or refuse to send: header casing, framing, odd
 * targets, missing and doubled headers, HTTP/1.0, pipelining. It adds nothing to a request but a body's Content-Length.
 *
 * @module
 */
import { connect } from "node:net";
import { headerValues, parseResponse, type RawResponse } from "./parse.ts";

export { headerValues, type RawResponse } from "./parse.ts";

/** A request as it goes over the wire. No header is added, `Host` included; a body gets its Content-Length. */
export interface RawRequest {
  /** Default `GET`. */
  readonly method?: string;
  /** What stands between method and version, sent as it is. */
  readonly target: string;
  /** Default `1.1`. */
  readonly version?: "1.0" | "1.1";
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
}

/** Where the conversation ends. */
export interface ExchangeOptions {
  /**
   * Looks at all bytes so far; `true` ends the conversation, a number ends it after that many milliseconds or when the
   * server closes. Default: when the server closes.
   */
  readonly until?: (bytes: Buffer, ended: boolean) => boolean | number;
  /** Milliseconds until it is given up. Default 10,000. */
  readonly timeoutMs?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
}

/** How a request's answers are read. */
export interface RequestOptions extends Omit<ExchangeOptions, "until"> {
  /** Looks for half a second whether the server ends the connection, even if it did not say so. Default `false`. */
  readonly awaitClose?: boolean;
}

/** How long a server that announced the end of the connection has to end it. */
const closeGraceMs = 500;

/** Sends `bytes` and gives all bytes that came back, and whether the server closed. Rejects when time is up. */
export function exchange(
  port: number,
  bytes: Uint8Array | string,
  { until = () => false, timeoutMs = 10_000, host = "127.0.0.1" }: ExchangeOptions = {},
): Promise<{ bytes: Buffer; closed: boolean }> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ port, host, allowHalfOpen: true });
    const finish = (settle: () => void): void => {
      clearTimeout(limit);
      socket.destroy();
      settle();
    };
    const limit = setTimeout(() => {
      const got = JSON.stringify(received.toString("latin1").slice(0, 200));
      finish(() => reject(new Error(`No complete answer within ${timeoutMs} ms, got ${got}`)));
    }, timeoutMs);
    const check = (closed: boolean): void => {
      try {
        const done = until(received, closed);
        if (done === true || closed) finish(() => resolve({ bytes: received, closed }));
        else if (typeof done === "number")
          setTimeout(() => finish(() => resolve({ bytes: received, closed: false })), done);
      } catch (error) {
        finish(() => reject(error));
      }
    };
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      check(false);
    });
    socket.on("end", () => check(true));
    // A reset after the answer is an ordinary way to close for a server that did not read the whole request.
    socket.on("error", (error) => (received.length > 0 ? check(true) : finish(() => reject(error))));
  });
}

/** Returns the bytes of a request. */
export function encodeRequest({ method = "GET", target, version = "1.1", headers = [], body }: RawRequest): Buffer {
  const lines = [`${method} ${target} HTTP/${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const payload = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
  const framed = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  if (body !== undefined && !framed) lines.push(`Content-Length: ${payload.length}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), payload]);
}

/** Sends one request and reads its answer. `closed` is waited for if the answer announces it or the caller asks to. */
export async function rawRequest(
  port: number,
  request: RawRequest | Uint8Array | string,
  options: RequestOptions = {},
): Promise<RawResponse> {
  const isBytes = typeof request === "string" || request instanceof Uint8Array;
  const method = isBytes ? methodOf(Buffer.from(request)) : (request.method ?? "GET");
  const [response] = await converse(port, isBytes ? request : encodeRequest(request), [method], options);
  if (response === undefined) throw new Error("The server closed the connection without an answer");
  return response;
}

/** Sends all requests at once over one connection and returns as many answers as came, in order. */
export function pipeline(
  port: number,
  requests: readonly RawRequest[],
  options: RequestOptions = {},
): Promise<RawResponse[]> {
  const methods = requests.map(({ method = "GET" }) => method);
  return converse(port, Buffer.concat(requests.map(encodeRequest)), methods, options);
}

async function converse(
  port: number,
  bytes: Uint8Array | string,
  methods: readonly string[],
  options: RequestOptions,
): Promise<RawResponse[]> {
  const result = await exchange(port, bytes, {
    ...options,
    until: (received, ended) => {
      const responses = parseAll(received, methods, ended);
      if (responses.length < methods.length) return false;
      if (ended || !(options.awaitClose === true || announcesClose(responses.at(-1)))) return true;
      return closeGraceMs;
    },
  });
  return parseAll(result.bytes, methods, result.closed).map((one, index, all) => ({
    ...one,
    closed: result.closed && index === all.length - 1,
  }));
}

function parseAll(bytes: Buffer, methods: readonly string[], ended: boolean): RawResponse[] {
  const responses: RawResponse[] = [];
  let rest = bytes;
  for (const method of methods) {
    const parsed = parseResponse(rest, method, ended);
    if (parsed === undefined) break;
    responses.push(parsed.response);
    rest = rest.subarray(parsed.length);
  }
  return responses;
}

function announcesClose(response: RawResponse | undefined): boolean {
  return response !== undefined && headerValues(response, "connection").some((value) => /^close$/i.test(value));
}

function methodOf(bytes: Buffer): string {
  return /^[!-~]+/.exec(bytes.toString("latin1", 0, 40))?.[0] ?? "GET";
}
