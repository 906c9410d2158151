/**
 * A call from a `Request`, for the runtimes that have one.
 *
 * @module
 */
import { readRequestBody } from "./body.ts";
import { Call, isHost } from "./call.ts";
import { type Target, targetOfUrl } from "./target.ts";

/** What an adapter knows beside the `Request`. */
export interface RequestFacts {
  /** A request without `Host` is one of HTTP/1.0: the runtime refuses those of HTTP/1.1 itself. */
  readonly hostlessIsHttp10?: boolean;
  /** The URL of a request with an absolute-form target has the target's authority, not that of `Host`. */
  readonly urlShowsTarget?: boolean;
  /** A request without `Host` never was on a wire: its URL says where it goes. */
  readonly hostFromUrl?: boolean;
}

/** Builds a call from a `Request`. */
export function callFrom(request: Request, facts: RequestFacts = {}): Call {
  return new RequestCall(request, targetOfUrl(request.url), facts);
}

class RequestCall extends Call {
  readonly #request: Request;
  readonly #headers: Headers;

  constructor(request: Request, target: Target, facts: RequestFacts) {
    const { headers } = request;
    const host = headers.get("host");
    const http10 = host === null && facts.hostlessIsHttp10 === true;
    super(request.method, target, hostOf(host, target, facts), http10);
    this.#request = request;
    this.#headers = headers;
  }

  get scheme(): string {
    return this.#request.url.startsWith("https:") ? "https" : "http";
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  header(name: string): string | null {
    return this.#headers.get(name);
  }

  headers(): [string, string][] {
    return [...this.#headers];
  }

  body(limit: number): Promise<Uint8Array> {
    return readRequestBody(this.#request.body, limit);
  }
}

/** Returns what the guard shall judge: `Host`, or the authority that the URL has. */
function hostOf(host: string | null, { authority = "" }: Target, facts: RequestFacts): string | null {
  if (host === null) return facts.hostFromUrl === true ? authority : null;
  if (facts.urlShowsTarget !== true || authority === host) return host;
  return isHost(host) ? authority : host;
}
