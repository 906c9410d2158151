/**
 * A request of `node:http` as the core sees it, read from the lines as they came.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { readRequestBody } from "../../http/body.ts";
import { Call } from "../../http/call.ts";
import { type Target, targetOf } from "../../http/target.ts";

/** Returns the request as a call; `undefined` when its target is nothing that a URL can hold. */
export function callOf(request: IncomingMessage, response: ServerResponse): Call | undefined {
  let target: Target;
  try {
    target = targetOf(request.url ?? "/");
  } catch {
    return undefined;
  }
  const host = headerOf(request.rawHeaders, "host");
  // Without Host there is no request of HTTP/1.1, whatever its target says.
  const judged = host === null && request.httpVersion !== "1.0" ? null : hostOf(host, target.authority);
  return new MessageCall(request, response, target, judged);
}

class MessageCall extends Call {
  readonly scheme = "http";
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, target: Target, host: string | null) {
    super(request.method ?? "GET", target, host, request.httpVersion === "1.0");
    this.#request = request;
    this.#response = response;
  }

  get signal(): AbortSignal {
    this.#signal ??= closedSignal(this.#response);
    return this.#signal;
  }

  header(name: string): string | null {
    return headerOf(this.#request.rawHeaders, name);
  }

  headers(): [string, string][] {
    return linesOf(this.#request.rawHeaders);
  }

  body(limit: number): Promise<Uint8Array> {
    return readRequestBody(Readable.toWeb(this.#request) as unknown as ReadableStream<Uint8Array>, limit);
  }
}

/**
 * Returns a header as `Headers.get` would, from the lines as they came: Node's own table of them is made when it is first
 * read, for each request.
 */
function headerOf(rawHeaders: readonly string[], name: string): string | null {
  let found: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const line = rawHeaders[i] ?? "";
    if (line.length !== name.length || line.toLowerCase() !== name.toLowerCase()) continue;
    const value = rawHeaders[i + 1] ?? "";
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
}

function linesOf(rawHeaders: readonly string[]): [string, string][] {
  const lines: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  return lines;
}

/** Returns what the guard shall judge: the authority of an absolute target, else `Host`, two of them joined. */
function hostOf(host: string | null, authority: string | undefined): string | null {
  return authority !== undefined && !host?.includes(",") ? authority : host;
}

function closedSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  // Whoever is asked first, as a service's identity provider, may take longer than the client has patience.
  if (response.closed) controller.abort();
  else response.once("close", () => controller.abort());
  return controller.signal;
}
