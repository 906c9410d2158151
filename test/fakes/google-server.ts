/**
 * The fake Google on a loopback port, for clients that bring their own HTTP and for served runtimes.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { createFakeGoogle, type FakeGoogle, type FakeGoogleOptions } from "./google.ts";

export interface FakeGoogleServer extends AsyncDisposable {
  readonly google: FakeGoogle;
  /** `http://127.0.0.1:PORT`, with the prefix if there is one. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Certificate, key and authority of a server that demands a client certificate (mTLS); all PEM. */
export interface MutualTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Name of the header that tells the fake whose certificate the client has shown: SHA-256, hexadecimal without colons. */
export const clientCertificateHeader = "x-test-client-certificate";
/** Its value where the runtime of the tests only knows that there was a good one. */
export const anyCertificate = "verified";

/** Serves a fake Google on a free port of 127.0.0.1; assertions for `URL/token` are accepted. */
export async function serveFakeGoogle(
  options: FakeGoogleOptions = {},
  google = createFakeGoogle(options),
  tls?: MutualTls,
): Promise<FakeGoogleServer> {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(google, request, response, tls !== undefined).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls, requestCert: true }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}${options.prefix ?? ""}`;
  google.audiences.add(`${url}/token`);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { google, url, port, close, [Symbol.asyncDispose]: close };
}

/** Bun lets nobody in without a certificate of the authority, as it should, but does not tell which one. */
function fingerprintOf(socket: IncomingMessage["socket"]): string | undefined {
  return socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256.replaceAll(":", "") : undefined;
}

async function serve(
  google: FakeGoogle,
  request: IncomingMessage,
  response: ServerResponse,
  secure: boolean,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    headers.append(request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? "");
  if (secure) headers.set(clientCertificateHeader, fingerprintOf(request.socket) ?? anyCertificate);
  const url = `http://${request.headers.host ?? "127.0.0.1"}${request.url ?? "/"}`;
  const outcome = await google.answer(url, {
    method: request.method ?? "GET",
    headers,
    body: Buffer.concat(chunks).toString("utf8"),
  });
  if (outcome === "hang") return;
  if (outcome === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(outcome.status, Object.fromEntries(outcome.headers));
  response.end(Buffer.from(await outcome.arrayBuffer()));
}
