/**
 * Where a `credential_source` may send us: https anywhere for a token URL, the link-local metadata servers of AWS and
 * Azure, and loopback. Checked at construction, since the headers that go there may be secret and a file may be forged.
 *
 * @module
 */
import { addressProblem, isLoopback } from "../google/endpoints.ts";
import { type SupplierContext, wrongField } from "./types.ts";

/** Cloud metadata servers, as `URL.hostname` spells them. */
const METADATA_HOSTS: ReadonlySet<string> = new Set(["169.254.169.254", "[fd00:ec2::254]"]);

/** Checks a URL whose answer is the token: https, or http to a metadata server or loopback. */
export function assertTokenAddress(url: string, context: SupplierContext, field: string): void {
  const problem = addressProblem(url);
  if (problem === undefined || isMetadataAddress(url)) return;
  const about = URL.canParse(url) ? `${problem}, or a URL of 169.254.169.254 or [fd00:ec2::254]` : problem;
  throw wrongField(context, field, about);
}

/** Checks a URL of AWS's instance metadata: that server or loopback only. */
export function assertMetadataAddress(url: string, context: SupplierContext, field: string): void {
  const loopback = addressProblem(url) === undefined && isLoopback(new URL(url).hostname);
  if (!loopback && !isMetadataAddress(url)) {
    throw wrongField(context, field, "Must be a URL of 169.254.169.254, [fd00:ec2::254] or loopback");
  }
}

/** Checks the URL that is signed for AWS's STS: https, or http to loopback. */
export function assertSignedAddress(url: string, context: SupplierContext, field: string): void {
  const problem = addressProblem(url);
  if (problem !== undefined) throw wrongField(context, field, problem);
}

function isMetadataAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, password, protocol, username } = new URL(text);
  const web = protocol === "http:" || protocol === "https:";
  return web && METADATA_HOSTS.has(hostname) && username === "" && password === "";
}

/** A URL for messages: without its query, which may hold a code. */
export function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
