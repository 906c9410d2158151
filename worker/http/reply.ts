/**
 * An answer before it becomes a runtime's response: status, headers in the real server's spelling, body. The header
 * record is the only place where names are written, because some runtimes lower-case what passes through a `Headers`
 * object and gRPC compares `Metadata-Flavor` byte for byte (clients.md 1.1).
 *
 * @module
 */
import { brokenBody } from "./broken.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Sent instead of `body`, piece by piece, until it ends. */
  readonly stream?: ReadableStream<Uint8Array>;
  /** Faults only: the connection breaks before (`drop`) or in the middle of (`truncate`) this answer. */
  readonly broken?: "drop" | "truncate";
  /** For the journal, never on the wire: what a fault rule did. */
  readonly fault?: string;
}

/** An answer that is there at once, as most are, or one that takes time. */
export type Answer = Reply | Promise<Reply>;

const encoder = new TextEncoder();

/** Number of bytes of a string in UTF-8. */
export function byteLength(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  return text.length;
}

/** Header fields beside the standing ones. */
export interface ReplyOptions {
  readonly etag?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** `false` leaves out `Metadata-Flavor` (errors of the GKE and Cloud Run servers, mds-behaviour.md 11). */
  readonly flavor?: boolean;
}

/** Builds an answer with the headers that every answer of the real server has (mds-behaviour.md 1.6). */
export function reply(
  server: string,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  options: ReplyOptions = {},
): Reply {
  const headers: Record<string, string> = {};
  if (options.flavor !== false) headers["Metadata-Flavor"] = "Google";
  headers["Content-Type"] = contentType;
  if (options.etag !== undefined) headers.ETag = options.etag;
  headers.Server = server;
  headers["Content-Length"] = String(typeof body === "string" ? byteLength(body) : body.length);
  headers["X-XSS-Protection"] = "0";
  headers["X-Frame-Options"] = "SAMEORIGIN";
  if (options.headers !== undefined) Object.assign(headers, options.headers);
  return { status, headers, body };
}

/** Reason phrases, which some runtimes leave empty. */
export const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  301: "Moved Permanently",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Payload Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/**
 * Turns an answer into a `Response`. The record goes into `init` as it is, so that names keep their case; an adapter may
 * give `headers` of its own, which then are the whole.
 */
export function toResponse(answer: Reply, method: string, headers: HeadersInit = answer.headers): Response {
  const { body, broken, status, stream = body } = answer;
  const empty = method === "HEAD" || status === 204 || status === 304;
  const content = broken === undefined ? stream : brokenBody(body, broken);
  return new Response(empty ? null : (content as BodyInit), { status, statusText: reasons[status] ?? "", headers });
}
