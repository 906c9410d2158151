/**
 * Bun: the core as the fetch function of `Bun.serve`.
 *
 * @module
 */
import type { Call } from "../../http/call.ts";
import { toResponse } from "../../http/reply.ts";
import { callFrom, type RequestFacts } from "../../http/request-call.ts";
import type { ClientCertificate } from "../../platform.ts";
import { failedReply } from "./failed.ts";
import { respond } from "./responses.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

export const bun: Runtime = { name: "bun", listen, fetchWithCertificate };

/** A connection that asks nothing is closed after this time, as on Node. */
const idleSeconds = 75;

/** Bun answers 400 itself when a request of HTTP/1.1 has no Host. */
const facts: RequestFacts = { hostlessIsHttp10: true };

async function listen(emulator: Served, address: Address): Promise<Listening> {
  const server = Bun.serve({
    ...("unixSocket" in address ? { unix: address.unixSocket } : { hostname: address.host, port: address.port }),
    idleTimeout: idleSeconds,
    maxRequestBodySize: 2 * 1024 * 1024,
    fetch: (request, connections) => {
      const call = callFrom(request, facts);
      const made = emulator.handle(call);
      if (!(made instanceof Promise)) return respond(made, call.method, ownHeaders(call));
      // Who waits for a change, a token or the next event says nothing, and is not idle.
      connections.timeout(request, 0);
      return made.then((reply) => {
        if (reply.stream === undefined) connections.timeout(request, idleSeconds);
        return respond(reply, call.method, ownHeaders(call));
      });
    },
    error: () => toResponse(failedReply(emulator), "GET"),
  });
  return { port: "unixSocket" in address ? undefined : server.port, stop: () => server.stop() };
}

/** What Bun leaves out: the end of a connection that the client wants closed, and `Date` on HEAD. */
function ownHeaders(call: Call): Record<string, string> | undefined {
  const connection = call.header("connection");
  const closes = connection !== null && /\bclose\b/i.test(connection);
  if (!closes && call.method !== "HEAD") return undefined;
  return {
    ...(closes ? { Connection: "close" } : {}),
    ...(call.method === "HEAD" ? { Date: new Date().toUTCString() } : {}),
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
