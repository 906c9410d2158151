import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toPkcs8 } from "../../../worker/lib/pem.ts";

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** Imports a PKCS#8 PEM with Web Crypto, as the sources' library does. */
async function imported(pem: string): Promise<CryptoKey> {
  const base64 = pem.replace(/-----[^-]+-----|\s/g, "");
  const key = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return crypto.subtle.importKey("pkcs8", key, algorithm, false, ["sign"]);
}

describe("toPkcs8", () => {
  it.each([1024, 2048, 3072, 4096])("makes a key of %i bits in PKCS#1 one that Web Crypto imports", async (bits) => {
    const pkcs1 = generateKeyPairSync("rsa", {
      modulusLength: bits,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const message = new TextEncoder().encode("message");
    const signature = await crypto.subtle.sign(algorithm, await imported(toPkcs8(pkcs1.privateKey)), message);
    expect(verify("sha256", message, pkcs1.publicKey, new Uint8Array(signature))).toBe(true);
  });

  it("gives exactly the bytes that node:crypto gives", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const expected = privateKey.export({ type: "pkcs8", format: "pem" });
    const wrapped = toPkcs8(String(privateKey.export({ type: "pkcs1", format: "pem" })));
    expect(wrapped.replace(/\s/g, "")).toBe(String(expected).replace(/\s/g, ""));
    expect(createPrivateKey(wrapped).equals(privateKey)).toBe(true);
    expect(wrapped.split("\n").every((line) => line.length <= 64)).toBe(true);
  });

  it.each([
    ["Windows line ends", (pem: string) => pem.replaceAll("\n", "\r\n")],
    ["text around the block", (pem: string) => `Bag Attributes\n${pem}\ntrailing`],
  ])("takes %s", async (_, change) => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const wrapped = toPkcs8(change(String(privateKey.export({ type: "pkcs1", format: "pem" }))));
    expect(createPublicKey(createPrivateKey(wrapped)).equals(publicKey)).toBe(true);
    await imported(wrapped);
  });

  it.each([
    ["a PKCS#8 key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    ["something else", "not a key at all"],
    ["an unfinished block", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n"],
  ])("returns %s as it is", (_, text) => expect(toPkcs8(text)).toBe(text));

  it("throws for an encrypted key, which no source can use", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const encrypted = privateKey.export({ type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "p" });
    expect(() => toPkcs8(String(encrypted))).toThrow();
  });
});
