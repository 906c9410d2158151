/**
 * The local issuer's keys: an RSA key for ID tokens, made when it is first needed so that starting costs nothing, and a
 * secret for access tokens, which only this server reads. Kept over a restart where there is a place to keep them; where
 * that fails, e.g. on a full disk, the server goes on without.
 *
 * @module
 */
import type { JWK } from "jose";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK } from "jose/key/import";
import { messageOf } from "../lib/errors.ts";
import type { Log } from "../platform.ts";

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
  /** Keeps new keys. Nothing is signed with a key before this has ended; after a failure it is asked again. */
  readonly onKeys?: ((keys: IssuerKeys) => void | Promise<void>) | undefined;
  /** Is told when keys cannot be kept. */
  readonly log?: Log | undefined;
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
  #keys: IssuerKeys;
  /** The keys that are kept or about to be. */
  #kept: { readonly keys: IssuerKeys; readonly done: Promise<void> } | undefined;
  #warned = false;
  #signing: Promise<SigningKey> | undefined;

  constructor(options: KeyRingOptions) {
    this.#options = options;
    const held = options.keys?.secret;
    this.#secret = held === undefined ? crypto.getRandomValues(new Uint8Array(32)) : fromBase64(held);
    this.#keys = options.keys ?? { secret: toBase64(this.#secret) };
    if (held !== undefined) this.#kept = { keys: this.#keys, done: Promise.resolve() };
  }

  /** Returns the secret of access tokens, once it is kept or cannot be. */
  async secret(): Promise<Uint8Array> {
    await this.#keep();
    return this.#secret;
  }

  /** Returns the key of ID tokens, once it is kept or cannot be. A failure to make it is not remembered. */
  async signing(): Promise<SigningKey> {
    this.#signing ??= this.#load().catch((error) => {
      this.#signing = undefined;
      throw error;
    });
    const key = await this.#signing;
    await this.#keep();
    return key;
  }

  async #load(): Promise<SigningKey> {
    const { keys } = this.#options;
    if (keys?.rsa !== undefined) return toSigningKey(keys.rsa, (await importJWK(keys.rsa, "RS256")) as CryptoKey);
    const { privateKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
    const kid = [...crypto.getRandomValues(new Uint8Array(20))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    const rsa = { ...(await exportJWK(privateKey)), kid };
    this.#keys = { ...this.#keys, rsa };
    return toSigningKey(rsa, privateKey);
  }

  #keep(): Promise<void> {
    const keys = this.#keys;
    if (this.#kept?.keys !== keys) this.#kept = { keys, done: this.#try(keys) };
    return this.#kept.done;
  }

  /** A disk that is full must take no token away. Never rejects. */
  async #try(keys: IssuerKeys): Promise<void> {
    try {
      await (async () => this.#options.onKeys?.(keys))();
      this.#warned = false;
    } catch (error) {
      if (this.#kept?.keys === keys) this.#kept = undefined;
      this.#warn(error);
    }
  }

  /** Once, not with each token, until keys could be kept again. */
  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const meaning = "Tokens are given all the same; after a restart those of now cannot be verified";
    this.#options.log?.("warn", `Cannot keep the local issuer's keys: ${messageOf(error)}. ${meaning}`);
  }
}

function toSigningKey(rsa: JWK, privateKey: CryptoKey): SigningKey {
  const { kty, n, e, kid = "" } = rsa;
  return { kid, privateKey, publicJwk: { kty, n, e, kid, alg: "RS256", use: "sig" } as JWK };
}

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
