/**
 * A call from a `Request`, for the runtimes that have one.
 *
 * @module
 */
import { Call, type CallParts, isHost, readBody } from "./call.ts";
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
  const target = targetOfUrl(request.url);
  const { headers } = request;
  const host = headers.get("host");
  const shown = hostOf(host, target, facts);
  return new Call(new RequestParts(request, headers, target, shown, host === null && facts.hostlessIsHttp10 === true));
}

/** A class, so that a call costs no closures. */
class RequestParts implements CallParts {
  readonly method: string;
  readonly target: Target;
  readonly host: string | null;
  readonly http10: boolean;
  readonly #request: Request;
  readonly #headers: Headers;

  constructor(request: Request, headers: Headers, target: Target, host: string | null, http10: boolean) {
    this.method = request.method;
    this.target = target;
    this.host = host;
    this.http10 = http10;
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
    return readBody(this.#request.body, limit);
  }
}

/** Returns what the guard shall judge: `Host`, or the authority that the URL has. */
function hostOf(host: string | null, { authority = "" }: Target, facts: RequestFacts): string | null {
  if (host === null) return facts.hostFromUrl === true ? authority : null;
  if (facts.urlShowsTarget !== true || authority === host) return host;
  return isHost(host) ? authority : host;
}
