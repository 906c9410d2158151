/**
 * Bun: the core as the fetch function of `Bun.serve`.
 *
 * @module
 */
import { toResponse } from "../../http/reply.ts";
import { callFrom } from "../../http/request-call.ts";
import { whenReady } from "../../lib/ready.ts";
import type { ClientCertificate } from "../../platform.ts";
import { failedReply } from "./failed.ts";
import { createResponder } from "./responses.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

export const bun: Runtime = { name: "bun", listen, fetchWithCertificate };

async function listen(emulator: Served, address: Address): Promise<Listening> {
  const respond = createResponder();
  const server = Bun.serve({
    ...("unixSocket" in address ? { unix: address.unixSocket } : { hostname: address.host, port: address.port }),
    // Bun's default ends a request that waits for a change after 10 s.
    idleTimeout: 0,
    maxRequestBodySize: 2 * 1024 * 1024,
    fetch: (request) => {
      // Bun answers 400 itself when a request of HTTP/1.1 has no Host.
      const answer = emulator.handle(callFrom(request, { hostlessIsHttp10: true }));
      return whenReady(answer, (reply) => respond(reply, request.method, ownHeaders(request)));
    },
    error: () => toResponse(failedReply(emulator), "GET"),
  });
  return { port: "unixSocket" in address ? undefined : server.port, stop: () => server.stop() };
}

/** What Bun leaves out: the end of a connection that the client wants closed, and `Date` on HEAD. */
function ownHeaders(request: Request): Record<string, string> | undefined {
  const connection = request.headers.get("connection");
  const closes = connection !== null && /\bclose\b/i.test(connection);
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
