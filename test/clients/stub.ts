/**
 * As much of Google as clients need beside the metadata server. Cloud Storage's JSON API, to list one bucket: only an
 * access token that the server under test has issued is let in, and the server itself is asked about it. And the certs
 * document in its PEM form, with the keys of the server's issuer, for verifiers that take no JWKS.
 *
 * @module
 */
import { createPublicKey, type JsonWebKey } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const bucket = "emulated-bucket";

const objects = {
  kind: "storage#objects",
  items: [{ kind: "storage#object", name: "greeting.txt", bucket, size: "5", contentType: "text/plain" }],
};

/** A running stub. */
export interface Stub {
  readonly origin: string;
  close(): void;
}

/** Serves the API for holders of tokens of the server at `origin`. */
export async function serveStub(origin: string): Promise<Stub> {
  const server = createServer((request, response) => {
    answer(origin, request).then(
      ([status, body]) => send(response, status, body),
      (error: unknown) => send(response, 500, { error: { code: 500, message: String(error) } }),
    );
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close().closeAllConnections() };
}

async function answer(origin: string, request: IncomingMessage): Promise<[status: number, body: object]> {
  if (request.url === "/oauth2/v1/certs") return [200, await pemCerts(origin)];
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) return refusal(401, "no bearer token");
  const asked = await fetch(`${origin}/emulator/v1/issuer/tokeninfo?access_token=${encodeURIComponent(token)}`);
  if (asked.status !== 200) return refusal(401, `not a token of ${origin}`);
  const path = (request.url ?? "").replace(/\?.*$/, "");
  return path === `/storage/v1/b/${bucket}/o` ? [200, objects] : refusal(404, `nothing at ${path}`);
}

async function pemCerts(origin: string): Promise<Record<string, string>> {
  const asked = await fetch(`${origin}/emulator/v1/issuer/jwks`);
  const { keys } = (await asked.json()) as { keys: (JsonWebKey & { kid: string })[] };
  const pem = (key: JsonWebKey): string =>
    createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();
  return Object.fromEntries(keys.map((key) => [key.kid, pem(key)]));
}

function refusal(code: number, message: string): [status: number, body: object] {
  return [code, { error: { code, message } }];
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
}
