/**
 * Bun: the core as the fetch function of `Bun.serve`.
 *
 * @module
 */
import type { Emulator } from "../../emulator.ts";
import type { ClientCertificate } from "../../platform.ts";
import type { Address, Listening, Runtime } from "./types.ts";

export const bun: Runtime = { name: "bun", listen, fetchWithCertificate };

async function listen(emulator: Emulator, address: Address): Promise<Listening> {
  const server = Bun.serve({
    ...("unixSocket" in address ? { unix: address.unixSocket } : { hostname: address.host, port: address.port }),
    // Bun's default ends a request that waits for a change after 10 s.
    idleTimeout: 0,
    maxRequestBodySize: 2 * 1024 * 1024,
    // Bun answers 400 itself when a request of HTTP/1.1 has no Host.
    fetch: (request) => emulator.fetch(request, { hostlessIsHttp10: true }),
    error: () => new Response("Internal Server Error\n", { status: 500, headers: { "Metadata-Flavor": "Google" } }),
  });
  return { port: "unixSocket" in address ? undefined : server.port, stop: () => server.stop() };
}

/** A call with a client certificate, for STS over mTLS. */
function fetchWithCertificate(url: string, init: RequestInit, { certificate, privateKey }: ClientCertificate): Promise<Response> {
  return fetch(url, { ...init, tls: { cert: certificate, key: privateKey } } as RequestInit);
}
