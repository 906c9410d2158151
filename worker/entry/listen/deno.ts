/**
 * Deno: the core as the handler of `Deno.serve`.
 *
 * @module
 */
import { toResponse } from "../../http/reply.ts";
import { callFrom, type RequestFacts } from "../../http/request-call.ts";
import { whenReady } from "../../lib/ready.ts";
import { failedReply } from "./failed.ts";
import { createResponder } from "./responses.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

export const deno: Runtime = { name: "deno", listen, fetchWithCertificate: certified() };

const facts: RequestFacts = { urlShowsTarget: true };

async function listen(emulator: Served, address: Address): Promise<Listening> {
  const respond = createResponder();
  const server = Deno.serve(
    {
      ...("unixSocket" in address ? { path: address.unixSocket } : { hostname: address.host, port: address.port }),
      onListen: () => undefined,
      onError: () => toResponse(failedReply(emulator), "GET"),
    },
    (request) => {
      const call = callFrom(request, facts);
      return whenReady(emulator.handle(call), (reply) => respond(reply, call.method));
    },
  );
  return { port: server.addr.port, stop: () => server.shutdown() };
}

/**
 * Calls with a client certificate, for STS over mTLS. The latest certificate's client is kept: each holds connections of
 * its own, and certificates change a few times a day.
 */
function certified(): NonNullable<Runtime["fetchWithCertificate"]> {
  let held: { readonly key: string; readonly client: object } | undefined;
  return (url, init, { certificate, privateKey }) => {
    const key = certificate + privateKey;
    if (held?.key !== key) held = { key, client: Deno.createHttpClient({ cert: certificate, key: privateKey }) };
    return fetch(url, { ...init, client: held.client } as RequestInit);
  };
}
