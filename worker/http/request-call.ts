/**
 * A call from a `Request`, for the runtimes that have one.
 *
 * @module
 */
import { Call, type CallParts, isHost, readBody, splitTarget } from "./call.ts";

/** What an adapter knows beside the `Request`. */
export interface RequestFacts {
  /** A request without `Host` is one of HTTP/1.0: the runtime refuses those of HTTP/1.1 itself. */
  readonly hostlessIsHttp10?: boolean;
  /** The URL of a request with an absolute-form target has the target's authority, not that of `Host`. */
  readonly urlShowsTarget?: boolean;
  /** A request without `Host` never was on a wire: its URL says where it goes. */
  readonly hostFromUrl?: boolean;
}

/** Builds a call from a `Request`. Not every runtime folds dot segments in its URL (Deno does not). */
export function callFrom(request: Request, facts: RequestFacts = {}): Call {
  const { url } = request;
  // Bun's URL of a request without Host is the target alone.
  const authority = url.startsWith("/") ? 0 : url.indexOf("//") + 2;
  const slash = endOfAuthority(url, authority);
  const { path, search } = splitTarget(url[slash] === "/" ? url.slice(slash) : `/${url.slice(slash)}`);
  const host = request.headers.get("host");
  const shown = hostOf(host, facts, url, authority, slash);
  return new Call(new RequestParts(request, path, search, shown, host === null && facts.hostlessIsHttp10 === true));
}

/** A class, so that a call costs no closures. */
class RequestParts implements CallParts {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly host: string | null;
  readonly http10: boolean;
  readonly #request: Request;
  readonly #headers: Headers;

  constructor(request: Request, path: string, search: string, host: string | null, http10: boolean) {
    this.method = request.method;
    this.path = path;
    this.search = search;
    this.host = host;
    this.http10 = http10;
    this.#request = request;
    this.#headers = request.headers;
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

/** Returns where the path begins, or the query of a URL without one (Deno shows `http://name?query` as it came). */
function endOfAuthority(url: string, from: number): number {
  const slash = url.indexOf("/", from);
  const end = slash === -1 ? url.length : slash;
  const query = url.indexOf("?", from);
  const fragment = url.indexOf("#", from);
  return Math.min(end, query === -1 ? end : query, fragment === -1 ? end : fragment);
}

/** Returns what the guard shall judge: `Host`, or the authority that stands in `url` between `from` and `to`. */
function hostOf(host: string | null, facts: RequestFacts, url: string, from: number, to: number): string | null {
  if (host === null) return facts.hostFromUrl === true ? url.slice(from, to) : null;
  if (facts.urlShowsTarget !== true || (to - from === host.length && url.startsWith(host, from))) return host;
  return isHost(host) ? url.slice(from, to) : host;
}
