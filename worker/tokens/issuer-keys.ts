/**
 * The local issuer's keys: an RSA key for ID tokens, made when it is first needed so that starting costs nothing, and a
 * secret for access tokens, which only this server reads. Kept over a restart where there is a place to keep them.
 *
 * @module
 */
import type { JWK } from "jose";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK } from "jose/key/import";

/** Keys of an issuer as kept over a restart. */
export interface IssuerKeys {
  /** 32 bytes, base64. */
  readonly secret: string;
  /** Private RSA JWK with `kid`; absent until it was first needed. */
  readonly rsa?: JWK;
}

export interface KeyRingOptions {
  /** Keys of an earlier run. */
  readonly keys?: IssuerKeys | undefined;
  /** Keeps new keys. Nothing is signed with a key before this has resolved. */
  readonly onKeys?: ((keys: IssuerKeys) => void | Promise<void>) | undefined;
}

/** What signs and verifies ID tokens. */
interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #secret: Uint8Array;
  #secretKept: Promise<void> | undefined;
  #signing: Promise<SigningKey> | undefined;

  constructor(options: KeyRingOptions) {
    this.#options = options;
    const held = options.keys?.secret;
    this.#secret = held === undefined ? crypto.getRandomValues(new Uint8Array(32)) : fromBase64(held);
    if (held !== undefined) this.#secretKept = Promise.resolve();
  }

  /** Returns the secret of access tokens, once it is kept. */
  async secret(): Promise<Uint8Array> {
    await (this.#secretKept ?? this.#keep({ secret: toBase64(this.#secret) }));
    return this.#secret;
  }

  /** Returns the key of ID tokens, once it is kept. A failure is not remembered. */
  signing(): Promise<SigningKey> {
    this.#signing ??= this.#load().catch((error) => {
      this.#signing = undefined;
      throw error;
    });
    return this.#signing;
  }

  async #load(): Promise<SigningKey> {
    const { keys } = this.#options;
    if (keys?.rsa !== undefined) return toSigningKey(keys.rsa, (await importJWK(keys.rsa, "RS256")) as CryptoKey);
    const { privateKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
    const kid = [...crypto.getRandomValues(new Uint8Array(20))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    const rsa = { ...(await exportJWK(privateKey)), kid };
    await this.#keep({ secret: toBase64(this.#secret), rsa });
    return toSigningKey(rsa, privateKey);
  }

  async #keep(keys: IssuerKeys): Promise<void> {
    const kept = (async () => this.#options.onKeys?.(keys))();
    this.#secretKept = kept;
    try {
      await kept;
    } catch (error) {
      if (this.#secretKept === kept) this.#secretKept = undefined;
      throw error;
    }
  }
}

function toSigningKey(rsa: JWK, privateKey: CryptoKey): SigningKey {
  const { kty, n, e, kid = "" } = rsa;
  return { kid, privateKey, publicJwk: { kty, n, e, kid, alg: "RS256", use: "sig" } as JWK };
}

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
