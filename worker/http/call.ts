/**
 * A request as the handlers see it: parsed once, the same on every runtime. Adapters build it from what they have;
 * `request-call.ts` from a `Request`.
 *
 * @module
 */
import { clientOf } from "../telemetry/client.ts";
import type { CacheTrace } from "../tokens/cache-entry.ts";
import { makeTarget, type Target } from "./target.ts";

/** What an adapter knows of a request. */
export interface CallParts {
  readonly method: string;
  readonly target: Target;
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
  /** Path as a WHATWG URL has it (dot segments folded, escapes kept), never empty. */
  readonly path: string;
  /** Query without `?`; empty when there is none. */
  readonly search: string;
  /** Path and query, as error pages quote it. */
  readonly target: string;
  readonly host: string | null;
  readonly http10: boolean;
  readonly #parts: CallParts;
  readonly #base: string;
  #trace: Trace | undefined;

  /** `base`: how the path of `parts` begins, which is no part of this call's path. */
  constructor(parts: CallParts, base = "") {
    const { target } = parts;
    const { path, search, text } = base === "" ? target : below(target, base);
    this.method = parts.method;
    this.path = path;
    this.search = search;
    this.target = text;
    this.host = parts.host;
    this.http10 = parts.http10 === true;
    this.#parts = parts;
    this.#base = base;
  }

  /** What became known on the way. */
  get trace(): Trace {
    this.#trace ??= {};
    return this.#trace;
  }

  /** The same request as a server sees it that is mounted at `base`. */
  below(base: string): Call {
    return new Call(this.#parts, base);
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

function below({ path, search }: Target, base: string): Target {
  return makeTarget(path.slice(base.length) || "/", search);
}

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
