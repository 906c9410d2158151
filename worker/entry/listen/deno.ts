/**
 * Deno: the core as the handler of `Deno.serve`.
 *
 * @module
 */
import type { Emulator } from "../../emulator.ts";
import type { ClientCertificate } from "../../platform.ts";
import type { Address, Listening, Runtime } from "./types.ts";

export const deno: Runtime = { name: "deno", listen, fetchWithCertificate };

async function listen(emulator: Emulator, address: Address): Promise<Listening> {
  const server = Deno.serve(
    {
      ...("unixSocket" in address ? { path: address.unixSocket } : { hostname: address.host, port: address.port }),
      onListen: () => undefined,
      onError: () => new Response("Internal Server Error\n", { status: 500, headers: { "Metadata-Flavor": "Google" } }),
    },
    (request) => emulator.fetch(request, { urlShowsTarget: true }),
  );
  return { port: server.addr.port, stop: () => server.shutdown() };
}

/** A call with a client certificate, for STS over mTLS. */
function fetchWithCertificate(
  url: string,
  init: RequestInit,
  { certificate, privateKey }: ClientCertificate,
): Promise<Response> {
  const client = Deno.createHttpClient({ cert: certificate, key: privateKey });
  return fetch(url, { ...init, client } as RequestInit);
}
