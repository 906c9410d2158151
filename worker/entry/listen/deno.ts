/**
 * Deno: the core as the handler of `Deno.serve`.
 *
 * @module
 */
import { toResponse } from "../../http/reply.ts";
import { callFrom, type RequestFacts } from "../../http/request-call.ts";
import { whenReady } from "../../lib/ready.ts";
import { failedReply } from "./failed.ts";
import { respond } from "./responses.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

export const deno: Runtime = { name: "deno", listen, fetchWithCertificate: certified() };

const facts: RequestFacts = { urlShowsTarget: true };

/** Pause before it listens again. */
const pauseMs = 100;

async function listen(emulator: Served, address: Address): Promise<Listening> {
  const handler = (request: Request) => {
    const call = callFrom(request, facts);
    return whenReady(emulator.handle(call), (reply) => respond(reply, call.method));
  };
  const options = {
    onListen: () => undefined,
    onError: () => toResponse(failedReply(emulator), "GET"),
  };
  if ("unixSocket" in address) {
    const { unixSocket: path } = address;
    const first = Deno.serve({ path, ...options }, handler);
    const stop = keepOpen(first, () => {
      removeIfThere(path);
      const next = Deno.serve({ path, ...options }, handler);
      Deno.chmodSync(path, 0o600);
      return next;
    });
    return { port: undefined, stop };
  }
  const { host: hostname, port: wanted } = address;
  const first = Deno.serve({ hostname, port: wanted, ...options }, handler);
  const { port } = first.addr;
  return { port, stop: keepOpen(first, () => Deno.serve({ hostname, port: port ?? wanted, ...options }, handler)) };
}

/** By Deno's own calls: Node's, of which this would be all, take 4 MiB. */
function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Deno stops listening for good when the process may open no more files, which whoever reaches the port can bring about:
 * it begins anew then. Returns what ends it.
 */
function keepOpen(first: Deno.HttpServer, open: () => Deno.HttpServer): () => Promise<void> {
  let server = first;
  let stopped = false;
  const watch = () => void server.finished.catch(() => setTimeout(again, pauseMs));
  const again = () => {
    if (stopped) return;
    try {
      server = open();
      watch();
    } catch {
      setTimeout(again, pauseMs);
    }
  };
  watch();
  return () => {
    stopped = true;
    return server.shutdown();
  };
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
