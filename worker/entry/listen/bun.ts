/**
 * Bun: the core as the fetch function of `Bun.serve`.
 *
 * @module
 */
import { callFrom } from "../../http/call.ts";
import { toResponse } from "../../http/reply.ts";
import type { ClientCertificate } from "../../platform.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

export const bun: Runtime = { name: "bun", listen, fetchWithCertificate };

async function listen(emulator: Served, address: Address): Promise<Listening> {
  const server = Bun.serve({
    ...("unixSocket" in address ? { unix: address.unixSocket } : { hostname: address.host, port: address.port }),
    // Bun's default ends a request that waits for a change after 10 s.
    idleTimeout: 0,
    maxRequestBodySize: 2 * 1024 * 1024,
    fetch: (request) => answer(emulator, request),
    error: () => new Response("Internal Server Error\n", { status: 500, headers: { "Metadata-Flavor": "Google" } }),
  });
  return { port: "unixSocket" in address ? undefined : server.port, stop: () => server.stop() };
}

async function answer(emulator: Served, request: Request): Promise<Response> {
  // Bun answers 400 itself when a request of HTTP/1.1 has no Host.
  const call = callFrom(request, { hostlessIsHttp10: true });
  return toResponse(await emulator.handle(call), request.method, ownHeaders(request));
}

/** What Bun leaves out: the end of a connection that the client wants closed, and `Date` on HEAD. */
function ownHeaders(request: Request): Record<string, string> | undefined {
  const closes = /\bclose\b/i.test(request.headers.get("connection") ?? "");
  if (!closes && request.method !== "HEAD") return undefined;
  return {
    ...(closes ? { Connection: "close" } : {}),
    ...(request.method === "HEAD" ? { Date: new Date().toUTCString() } : {}),
  };
}

/** A call with a client certificate, for STS over mTLS. */
function fetchWithCertificate(
  url: string,
  init: RequestInit,
  { certificate, privateKey }: ClientCertificate,
): Promise<Response> {
  return fetch(url, { ...init, tls: { cert: certificate, key: privateKey } } as RequestInit);
}
