/**
 * Where a `credential_source` may send us: https anywhere for a token URL, the link-local metadata servers of AWS and
 * Azure, and loopback. Checked at construction, since the headers that go there may be secret and a file may be forged.
 *
 * @module
 */
import { isLoopback } from "../google/endpoints.ts";
import { type SupplierContext, unusableSource } from "./types.ts";

/** Cloud metadata servers, as `URL.hostname` spells them. */
const METADATA_HOSTS = new Set(["169.254.169.254", "[fd00:ec2::254]"]);

/** Checks a URL whose answer is the token: https, or http to a metadata server or loopback. Returns it for messages. */
export function assertTokenAddress(text: string, context: SupplierContext, field: string): string {
  const url = parse(text, context, field);
  const plain = url.protocol === "http:" && (METADATA_HOSTS.has(url.hostname) || isLoopback(url.hostname));
  if (url.protocol === "https:" || plain) return place(url);
  throw refusal(context, field, `https is needed, or http to 169.254.169.254, [fd00:ec2::254] or loopback`);
}

/** Checks a URL of AWS's instance metadata: that server or loopback only. Returns it for messages. */
export function assertMetadataAddress(text: string, context: SupplierContext, field: string): string {
  const url = parse(text, context, field);
  const known = METADATA_HOSTS.has(url.hostname) || isLoopback(url.hostname);
  if (known && (url.protocol === "http:" || url.protocol === "https:")) return place(url);
  throw refusal(context, field, `only 169.254.169.254, [fd00:ec2::254] and loopback are accepted`);
}

/** Checks the URL that is signed for AWS's STS: https, or http to loopback. */
export function assertSignedAddress(text: string, context: SupplierContext, field: string): void {
  const url = parse(text, context, field);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return;
  throw refusal(context, field, "https is needed, or http to loopback");
}

function parse(text: string, context: SupplierContext, field: string): URL {
  if (!URL.canParse(text)) throw refusal(context, field, "it is not a URL");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw refusal(context, field, "it holds a user name or password");
  return url;
}

/** The URL without its query, which may hold a code. */
function place(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function refusal(context: SupplierContext, field: string, reason: string): Error {
  return unusableSource(context, `Cannot use "${field}": ${reason}`);
}
