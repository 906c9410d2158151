/**
 * An identity provider: keys that rotate, tokens of every good and bad kind, discovery. Counts what it is asked. Answers
 * through `fetch`, or on a loopback port.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export interface IdentityProvider {
  /** `iss`. */
  readonly issuer: string;
  readonly audience: string;
  /** Paths that were asked, in order. */
  readonly asked: string[];
  /** Answers a path; `undefined` while it is down. */
  answer(path: string): object | undefined;
  /** Makes a key; the former ones go. */
  rotate(): Promise<void>;
  /** Signs claims over good ones (`undefined` takes one out). */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Whether it answers at all. */
  up: boolean;
  /** The public keys now. */
  readonly keys: JWK[];
}

export interface IdentityProviderOptions {
  readonly issuer?: string;
  readonly audience?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Builds a provider with one key. */
export async function createIdentityProvider(options: IdentityProviderOptions = {}): Promise<IdentityProvider> {
  const { audience = "https://service.example.com", issuer = "https://idp.example.com", now = Date.now } = options;
  let signing = await makeKey("key-1");
  let made = 1;
  const provider: IdentityProvider = {
    issuer,
    audience,
    asked: [],
    up: true,
    keys: [signing.publicJwk],
    answer(path) {
      provider.asked.push(path);
      if (!provider.up) return undefined;
      if (path.endsWith("/.well-known/openid-configuration")) return { issuer, jwks_uri: `${issuer}/jwks` };
      return { keys: provider.keys };
    },
    async rotate() {
      signing = await makeKey(`key-${++made}`);
      provider.keys.splice(0, provider.keys.length, signing.publicJwk);
    },
    token(claims = {}, header = {}) {
      const seconds = Math.floor(now() / 1000);
      const all = { iss: issuer, aud: audience, sub: "job", iat: seconds, exp: seconds + 600, ...claims };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      return new SignJWT(given)
        .setProtectedHeader({ alg: "RS256", kid: signing.kid, ...header })
        .sign(signing.privateKey);
    },
  };
  return provider;
}

async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

/** `fetch` in the place of the network, for one provider. */
export function fetchOf(provider: IdentityProvider): (url: string) => Promise<Response> {
  return async (url) => {
    const { origin, pathname } = new URL(url);
    if (!provider.issuer.startsWith(origin)) throw new Error(`nobody answers ${url} in this test`);
    const body = provider.answer(pathname);
    return body === undefined ? new Response("down", { status: 500 }) : Response.json(body);
  };
}
/** Serves a provider whose issuer is its own loopback address. */
export async function serveIdentityProvider(
  options: IdentityProviderOptions = {},
): Promise<{ readonly provider: IdentityProvider; close(): Promise<void> }> {
  let provider: IdentityProvider | undefined;
  const server = createServer((request, response) => {
    const body = provider?.answer(request.url ?? "/");
    response.writeHead(body === undefined ? 500 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  provider = await createIdentityProvider({ ...options, issuer: `http://127.0.0.1:${port}` });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { provider, close };
}
