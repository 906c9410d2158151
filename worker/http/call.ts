/**
 * A request as the handlers see it: parsed once, the same on every runtime. Adapters build it from what they have;
 * `request-call.ts` from a `Request`.
 *
 * @module
 */
import { clientOf } from "../telemetry/client.ts";
import type { CacheTrace } from "../tokens/cache-entry.ts";

/** What an adapter knows of a request. */
export interface CallParts {
  readonly method: string;
  /** Path as a WHATWG URL has it (dot segments folded, escapes kept), never empty. */
  readonly path: string;
  /** Query without `?`; empty when there is none. */
  readonly search: string;
  /** `Host` as sent; `null` when missing; two of them are joined by `, ` and thereby malformed. */
  readonly host: string | null;
  /** `http` or `https`. */
  readonly scheme: string;
  header(name: string): string | null;
  /** Every header line as sent, where the runtime shows that; else names in lower case. */
  headers(): readonly (readonly [name: string, value: string])[];
  /** Reads the body. Rejects with a `BodyTooLarge` above `limit` bytes. */
  body(limit: number): Promise<Uint8Array>;
  /** Fires when the client went away, where the runtime says so. */
  readonly signal?: AbortSignal | undefined;
  readonly http10?: boolean;
}

/** What became known on the way of a request, for the log, the metrics and the journal. */
export interface Trace extends CacheTrace {
  /** The request's id, once somebody wanted it. */
  id?: string;
  /** E-mail of the account that was asked for, and what for. */
  account?: string;
  scopes?: readonly string[];
  audience?: string;
  /** Whether it waited for a change: its time says nothing of this server then. */
  waited?: boolean;
}

/** A request body above the limit of its endpoint. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

export class Call {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly host: string | null;
  readonly http10: boolean;
  readonly trace: Trace = {};
  readonly #parts: CallParts;
  readonly #base: string;

  /** `base`: how `parts.path` begins, which is no part of this call's path. */
  constructor(parts: CallParts, base = "") {
    this.method = parts.method;
    this.path = base === "" ? parts.path : parts.path.slice(base.length) || "/";
    this.search = parts.search;
    this.host = parts.host;
    this.http10 = parts.http10 === true;
    this.#parts = parts;
    this.#base = base;
  }

  /** The same request as a server sees it that is mounted at `base`. */
  below(base: string): Call {
    return new Call(this.#parts, base);
  }

  /** Path and query, as error pages quote it. */
  get target(): string {
    return this.search === "" ? this.path : `${this.path}?${this.search}`;
  }

  /** What the router reads. Its authority is a fixed one: the client's may be malformed, which is the guard's to judge. */
  get url(): string {
    return `http://localhost${this.target}`;
  }

  /** Where the client sees this server: scheme, `Host` as sent, and where it is mounted. */
  get origin(): string {
    return `${this.#parts.scheme}://${this.host ?? "metadata.google.internal"}${this.#base}`;
  }

  /** What the client calls itself. */
  get client(): string {
    return clientOf(this.header("user-agent"), this.header("x-goog-api-client"));
  }

  /** Fires when the client went away, where the runtime says so. Made by the adapter when it is first read. */
  get signal(): AbortSignal | undefined {
    return this.#parts.signal;
  }

  header(name: string): string | null {
    return this.#parts.header(name);
  }

  headers(): readonly (readonly [name: string, value: string])[] {
    return this.#parts.headers();
  }

  body(limit: number): Promise<Uint8Array> {
    return this.#parts.body(limit);
  }
}

/** Whether a `Host` value is well-formed: a name or an address, and perhaps a port. */
export function isHost(host: string): boolean {
  const port = wellFormedHost.exec(host)?.[1];
  return wellFormedHost.test(host) && Number(port ?? 0) <= 65_535;
}

const wellFormedHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?)(?::(\d{1,5}))?$/i;

/** Splits a raw request target (`/a/../b?c`, or absolute form) into the folded path and the query. */
export function splitTarget(target: string): { path: string; search: string; authority: string | undefined } {
  if (plainTarget.test(target) && !target.includes("/.")) {
    const mark = target.indexOf("?");
    if (mark === -1) return { path: target, search: "", authority: undefined };
    return { path: target.slice(0, mark), search: target.slice(mark + 1), authority: undefined };
  }
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(target);
  const url = new URL(absolute === null ? `http://localhost${target.startsWith("/") ? "" : "/"}${target}` : target);
  return { path: url.pathname, search: url.search.slice(1), authority: absolute?.[1] };
}

// What WHATWG URL leaves as it is, dot segments apart: no escape in the path, nothing that it would encode or drop.
const plainTarget = /^\/[\w\-.~!$&'()*+,;=:@/]*(?:\?[\w\-.~!$&()*+,;=:@/?%]*)?$/;

/** Reads a body up to `limit` bytes. */
export async function readBody(body: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null) {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) throw new BodyTooLarge(`Request body above ${limit} bytes`);
      chunks.push(chunk);
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
