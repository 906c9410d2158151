/**
 * Secrets as people may see them: a fingerprint says whether two are the same, and nothing else.
 *
 * @module
 */
import { withoutTokens } from "../telemetry/journal.ts";
import { redact } from "../telemetry/log.ts";

/** Returns `sha256:` and the first 12 hex digits of a text's SHA-256. */
export async function fingerprint(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const hex = [...bytes.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `sha256:${hex}`;
}

/** Tokens as answers hold them: the value of a member of JSON, or by their own form. */
const tokens =
  /(?<="(?:access_token|id_token|refresh_token|token)"\s*:\s*")[^"]+(?=")|ya29\.[\w.-]+|eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;

/** Returns `text` with a fingerprint in the place of each token. */
export async function withFingerprints(text: string): Promise<string> {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(tokens)) {
    parts.push(redact(text.slice(from, match.index)), await fingerprint(match[0]));
    from = match.index + match[0].length;
  }
  return withoutTargetTokens([...parts, redact(text.slice(from))].join(""));
}

/** Error pages quote the target, escaped for HTML. */
function withoutTargetTokens(text: string): string {
  return text.replace(/((?:access|id)_token=)[^&\s<"']+/gi, "$1[redacted]");
}

/** Of clouds and of edges in front, too: `CF-Access-Client-Secret`, `X-Api-Key`, `X-aws-ec2-metadata-token`. */
const secretHeaders = /authorization|cookie|secret|password|token$|assertion$|api-?key$/i;

/** Returns header lines without what is secret in them. */
export function redactedHeaders(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  return headers.map(([name, value]) => [name, secretHeaders.test(name) ? "[redacted]" : withoutTokens(value)]);
}
