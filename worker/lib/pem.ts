/**
 * PEM blocks. Web Crypto imports PKCS#8 only; older keys are PKCS#1 and need a wrapper around them (RFC 5208, RFC 8017).
 *
 * @module
 */

/** Returns an RSA private key as PKCS#8 PEM; a PKCS#1 block is wrapped, everything else is returned as it is. */
export function toPkcs8(pem: string): string {
  const match = /-----BEGIN RSA PRIVATE KEY-----([\s\S]+?)-----END RSA PRIVATE KEY-----/.exec(pem);
  if (match?.[1] === undefined) return pem;
  const key = Uint8Array.from(atob(match[1].replace(/\s+/g, "")), (character) => character.charCodeAt(0));
  const body = sequence(new Uint8Array([...version0, ...rsaAlgorithm, ...tagged(0x04, key)]));
  const base64 = btoa(Array.from(body, (byte) => String.fromCharCode(byte)).join(""));
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----`;
}

const version0 = [0x02, 0x01, 0x00];
/** AlgorithmIdentifier { rsaEncryption, NULL }. */
const rsaAlgorithm = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

const sequence = (content: Uint8Array) => tagged(0x30, content);

function tagged(tag: number, content: Uint8Array): Uint8Array {
  return new Uint8Array([tag, ...derLength(content.length), ...content]);
}

function derLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
