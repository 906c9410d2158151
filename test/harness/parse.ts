/**
 * Reads HTTP/1.x answers from raw bytes, as they came: header names keep their casing and order, repeated headers stay
 * repeated. Knows the three ways a body can end (Content-Length, chunked coding, end of the connection).
 *
 * @module
 */

/** One answer, nothing normalised. */
export interface RawResponse {
  /** E.g. `HTTP/1.1 200 OK`. */
  readonly statusLine: string;
  /** `1.1` or `1.0`. */
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  /** Names and values in order of arrival, exact casing; values without surrounding blanks. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body, chunked coding removed. */
  readonly body: Buffer;
  /** Whether the server ended the connection after this answer. */
  readonly closed: boolean;
}

/** An answer and how many bytes it took. */
export interface Parsed {
  readonly response: RawResponse;
  readonly length: number;
}

interface Body {
  readonly body: Buffer;
  readonly end: number;
}

/** Returns the values of all headers called `name`, in any casing. */
export function headerValues(response: Pick<RawResponse, "headers">, name: string): string[] {
  const wanted = name.toLowerCase();
  return response.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/**
 * Parses the first answer in `bytes`; interim (1xx) answers are skipped. `ended` says that no more bytes will come.
 * Returns `undefined` while the answer is incomplete. Throws on bytes that are no HTTP answer.
 */
export function parseResponse(bytes: Buffer, method: string, ended: boolean): Parsed | undefined {
  let start = 0;
  for (;;) {
    const split = bytes.indexOf("\r\n\r\n", start);
    if (split === -1) {
      if (ended && bytes.length > start) throw new Error(`Connection ended inside a header: ${preview(bytes, start)}`);
      return undefined;
    }
    const head = parseHead(bytes.toString("latin1", start, split));
    if (head.status >= 100 && head.status < 200) {
      start = split + 4;
      continue;
    }
    const bare = method === "HEAD" || head.status === 204 || head.status === 304;
    const read = bare ? { body: Buffer.alloc(0), end: split + 4 } : readBody(bytes, split + 4, head, ended);
    if (read === undefined) return undefined;
    return { response: { ...head, body: read.body, closed: ended }, length: read.end };
  }
}

function parseHead(text: string): Omit<RawResponse, "body" | "closed"> {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const match = /^HTTP\/(\d\.\d) (\d{3})(?: (.*))?$/.exec(statusLine);
  if (match === null) throw new Error(`Not an HTTP status line: ${JSON.stringify(statusLine.slice(0, 80))}`);
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(":");
    if (colon <= 0) throw new Error(`Not an HTTP header line: ${JSON.stringify(line.slice(0, 80))}`);
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { statusLine, version: match[1] ?? "", status: Number(match[2]), reason: match[3] ?? "", headers };
}

function readBody(bytes: Buffer, start: number, head: Pick<RawResponse, "headers">, ended: boolean): Body | undefined {
  if (headerValues(head, "transfer-encoding").some((value) => /\bchunked\b/i.test(value))) {
    return readChunks(bytes, start, ended);
  }
  const [length] = headerValues(head, "content-length");
  if (length === undefined) return ended ? { body: bytes.subarray(start), end: bytes.length } : undefined;
  const end = start + Number(length);
  if (bytes.length >= end) return { body: bytes.subarray(start, end), end };
  if (ended) throw new Error(`Connection ended after ${bytes.length - start} of ${length} body bytes`);
  return undefined;
}

function readChunks(bytes: Buffer, start: number, ended: boolean): Body | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line === -1) break;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) throw new Error(`Not a chunk size: ${preview(bytes, at)}`);
    const next = line + 2 + size + 2;
    if (size === 0) {
      const end = bytes.indexOf("\r\n\r\n", line);
      if (end === -1) break;
      return { body: Buffer.concat(chunks), end: end + 4 };
    }
    if (bytes.length < next) break;
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = next;
  }
  if (ended) throw new Error("Connection ended inside a chunked body");
  return undefined;
}

function preview(bytes: Buffer, start: number): string {
  return JSON.stringify(bytes.toString("latin1", start, start + 80));
}
