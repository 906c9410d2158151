/**
 * A request as the handlers see it: parsed once, the same on every runtime. Adapters build it from what they have;
 * `request-call.ts` from a `Request`.
 *
 * @module
 */
import { clientOf } from "../telemetry/client.ts";
import type { CacheTrace } from "../tokens/cache-entry.ts";
import { makeTarget, type Target } from "./target.ts";

/** What became known on the way of a request, for the log, the metrics and the journal. */
export class Trace implements CacheTrace {
  cache: CacheTrace["cache"] = undefined;
  /** The request's id, once somebody wanted it. */
  id: string | undefined = undefined;
  /** E-mail of the account that was asked for, and what for. */
  account: string | undefined = undefined;
  scopes: readonly string[] | undefined = undefined;
  audience: string | undefined = undefined;
  /** Whether it waited for a change: its time says nothing of this server then. */
  waited = false;
}

/** A request. Each adapter has a subclass, so that a call is one object and costs no closures. */
export abstract class Call {
  readonly method: string;
  /** Path as a WHATWG URL has it (dot segments folded, escapes kept), never empty. */
  readonly path: string;
  /** Query without `?`; empty when there is none. */
  readonly search: string;
  /** Path and query, as error pages quote it. */
  readonly target: string;
  /** `Host` as sent; `null` when missing; two of them are joined by `, ` and thereby malformed. */
  readonly host: string | null;
  readonly http10: boolean;
  #trace: Trace | undefined;

  constructor(method: string, { path, search, text }: Target, host: string | null, http10: boolean) {
    this.method = method;
    this.path = path;
    this.search = search;
    this.target = text;
    this.host = host;
    this.http10 = http10;
  }

  /** `http` or `https`. */
  abstract get scheme(): string;

  abstract header(name: string): string | null;

  /** Every header line as sent, where the runtime shows that; else names in lower case. */
  abstract headers(): readonly (readonly [name: string, value: string])[];

  /** Reads the body. Rejects with a `BodyRefused` above `limit` bytes, or when it takes too long. */
  abstract body(limit: number): Promise<Uint8Array>;

  /** Fires when the client went away, where the runtime says so. Made when it is first read. */
  abstract get signal(): AbortSignal | undefined;

  /** What became known on the way. */
  get trace(): Trace {
    this.#trace ??= new Trace();
    return this.#trace;
  }

  /** The same request as a server sees it that is mounted at `base`, which the path begins with. */
  below(base: string): Call {
    return new CallBelow(this, base);
  }

  /** What the router reads. Its authority is a fixed one: the client's may be malformed, which is the guard's to judge. */
  get url(): string {
    return `http://localhost${this.target}`;
  }

  /** Where the client sees this server: scheme, `Host` as sent, and where it is mounted. */
  get origin(): string {
    return `${this.scheme}://${this.host ?? "metadata.google.internal"}`;
  }

  /** What the client calls itself. */
  get client(): string {
    return clientOf(this.header("user-agent"), this.header("x-goog-api-client"));
  }
}

class CallBelow extends Call {
  readonly #whole: Call;
  readonly #base: string;

  constructor(whole: Call, base: string) {
    const target = makeTarget(whole.path.slice(base.length) || "/", whole.search);
    super(whole.method, target, whole.host, whole.http10);
    this.#whole = whole;
    this.#base = base;
  }

  get scheme(): string {
    return this.#whole.scheme;
  }

  get signal(): AbortSignal | undefined {
    return this.#whole.signal;
  }

  override get origin(): string {
    return super.origin + this.#base;
  }

  header(name: string): string | null {
    return this.#whole.header(name);
  }

  headers(): readonly (readonly [name: string, value: string])[] {
    return this.#whole.headers();
  }

  body(limit: number): Promise<Uint8Array> {
    return this.#whole.body(limit);
  }
}

/** Whether a `Host` value is well-formed: a name or an address, and perhaps a port. */
export function isHost(host: string): boolean {
  const found = wellFormedHost.exec(host);
  return found !== null && Number(found[1] ?? 0) <= 65_535;
}

const wellFormedHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?)(?::(\d{1,5}))?$/i;
