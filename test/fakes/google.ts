/**
 * A strict Google: token endpoint, STS and IAM Credentials as one fetch handler. It verifies everything that Google's
 * servers verify and more; what no correct client sends is answered with 400 and noted in `violations`. Google's own
 * libraries pass it (test/unit/fakes/official-clients.test.ts).
 *
 * @module
 */
import { broker } from "./google/broker.ts";
import { Directory } from "./google/directory.ts";
import { type Failure, FailurePlan } from "./google/failures.ts";
import { iamCredentials, iamPath } from "./google/iam.ts";
import { FakeIssuer } from "./google/issuer.ts";
import { tokenEndpoint } from "./google/oauth.ts";
import { projectOf, projectPath } from "./google/projects.ts";
import { type ErrorStyle, errorResponse, type Incoming, jsonResponse, Refusal, Violation } from "./google/request.ts";
import { stsExchange, stsRefresh } from "./google/sts.ts";

export interface FakeGoogleOptions {
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number;
  /** Path before every endpoint, as of an override with a path. Default none. */
  readonly prefix?: string;
}

/** What became of a request: an answer, a connection that breaks, or silence. */
export type Outcome = Response | "hang" | "reset";

export interface FakeGoogle {
  /** `fetch` in the place of the network. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Judges a request whose body has been read; for servers. */
  readonly answer: (url: string, init: { method: string; headers: Headers; body: string }) => Promise<Outcome>;
  /** Who exists and who may act as whom. */
  readonly directory: Directory;
  /** Makes and remembers tokens. */
  readonly issuer: FakeIssuer;
  /** Every request, in the order in which it came. */
  readonly requests: readonly Incoming[];
  /** What a correct client would not have sent. */
  readonly violations: readonly string[];
  /** `aud` values that the token endpoint takes; add the URL that the fake is served at. */
  readonly audiences: Set<string>;
  /** Number of requests whose path ends in `ending`. */
  count(ending: string): number;
  /** Makes the next requests to a path fail. */
  failNext(failure: Failure): void;
  /** Ends all failures that were ordered. */
  recover(): void;
  /** Holds requests to paths with this ending until the returned function is called. */
  hold(ending: string): () => void;
  /** Number of requests that have come to stand still so far. */
  readonly stopped: number;
  /** Resolves when `count` requests in all have come to stand still in a `hang` or a `hold`. */
  waiting(count?: number): Promise<void>;
}

const tokenAudiences = [
  "https://oauth2.googleapis.com/token",
  "https://www.googleapis.com/oauth2/v4/token",
  "https://accounts.google.com/o/oauth2/token",
];

/** Builds a Google with nobody in it. */
export function createFakeGoogle({ now = Date.now, prefix = "" }: FakeGoogleOptions = {}): FakeGoogle {
  const directory = new Directory();
  const issuer = new FakeIssuer(now);
  const audiences = new Set(tokenAudiences);
  const requests: Incoming[] = [];
  const violations: string[] = [];
  const plan = new FailurePlan();
  const parts = { audiences, directory, issuer, now };

  const answer: FakeGoogle["answer"] = async (url, { body, headers, method }) => {
    const parsed = new URL(url);
    const path = parsed.pathname.startsWith(prefix) ? parsed.pathname.slice(prefix.length) : parsed.pathname;
    const request: Incoming = { method, url: parsed, path, headers, body };
    requests.push(request);
    const failure = await plan.next(request);
    if (failure !== undefined) return failure;
    const style: ErrorStyle = iamPath.test(path) ? "api" : "oauth";
    try {
      return await route(request, parts);
    } catch (error) {
      if (error instanceof Refusal) return errorResponse(style, error.status, error.code, error.message);
      const what = error instanceof Violation ? error.message : `an error of the fake itself: ${String(error)}`;
      violations.push(`${method} ${path}: ${what}`);
      return errorResponse(
        style,
        400,
        style === "api" ? "INVALID_ARGUMENT" : "invalid_request",
        `Not what Google takes: ${what}`,
      );
    }
  };
  return {
    directory,
    issuer,
    audiences,
    requests,
    violations,
    answer,
    fetch: (url, init) => asFetch(answer, String(url), init),
    count: (ending) => requests.filter(({ path }) => path.endsWith(ending)).length,
    failNext: (failure) => plan.add(failure),
    recover: () => plan.clear(),
    get stopped() {
      return plan.stopped;
    },
    hold: (ending) => plan.hold(ending),
    waiting: (count = 1) => plan.waiting(count),
  };
}

type Parts = Parameters<typeof tokenEndpoint>[1];

function route(request: Incoming, parts: Parts): Response | Promise<Response> {
  const { method, path, url } = request;
  const at = (host: RegExp) => {
    if (url.hostname.endsWith("googleapis.com") && !host.test(url.hostname))
      throw new Violation(`host ${url.hostname}`);
  };
  const [, email, verb] = iamPath.exec(path) ?? [];
  if (email !== undefined && verb !== undefined) {
    at(/^iamcredentials\./);
    return iamCredentials(request, decodeURIComponent(email), verb, parts);
  }
  if (path === "/token") {
    at(/^oauth2\./);
    return tokenEndpoint(request, parts);
  }
  if (path === "/v1/token" || path === "/v1/oauthtoken") at(/^sts\./);
  if (path === "/v1/token") return stsExchange(request, parts);
  if (path === "/v1/oauthtoken") return stsRefresh(request, parts);
  const [, project] = projectPath.exec(path) ?? [];
  if (project !== undefined) {
    at(/^cloudresourcemanager\./);
    return projectOf(request, project, parts.issuer);
  }
  if (path === "/broker") return broker(request, parts.issuer);
  if (path === "/oauth2/v3/certs" && method === "GET") return parts.issuer.jwks().then((keys) => jsonResponse(keys));
  throw new Violation("unknown path");
}

/** Turns an outcome into what `fetch` does; silence lasts until the signal fires. */
async function asFetch(answer: FakeGoogle["answer"], url: string, init: RequestInit = {}): Promise<Response> {
  const { signal } = init;
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
  aborted.catch(() => undefined);
  const request = new Request(url, { ...init, signal: null });
  // The content type that a form brings along; Bun's `Request` shows it only once it is sent.
  if (init.body instanceof URLSearchParams && !request.headers.has("content-type"))
    request.headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
  const body = await request.text();
  const outcome = await Promise.race([
    answer(url, { method: request.method, headers: request.headers, body }),
    aborted,
  ]);
  if (outcome === "reset")
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
  return outcome === "hang" ? aborted : outcome;
}
