/**
 * The query parameters of a metadata request (mds-behaviour.md 3). Unknown ones are ignored, booleans take every
 * spelling that clients send, and what cannot be meant is an error for a 400.
 *
 * @module
 */
import type { Alt } from "./render.ts";

export interface MetadataQuery {
  readonly recursive: boolean;
  readonly alt: Alt | undefined;
  readonly wait: boolean;
  /** Compared as it is, never validated: agents send `NONE` and `0`. */
  readonly lastEtag: string | undefined;
  /** Seconds; `undefined` waits without end. */
  readonly timeoutSeconds: number | undefined;
}

/** A parameter that the server cannot understand. The message is shown to the client. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

const plain: MetadataQuery = {
  recursive: false,
  alt: undefined,
  wait: false,
  lastEtag: undefined,
  timeoutSeconds: undefined,
};

/** Parses the text behind `?`. Of a repeated parameter the first counts. Throws a `QueryError`. */
export function parseMetadataQuery(search: string): MetadataQuery {
  if (search === "") return plain;
  const query = new URLSearchParams(search);
  return {
    recursive: parseBoolean(query.get("recursive")),
    alt: parseAlt(query.get("alt")),
    wait: parseBoolean(query.get("wait_for_change")),
    lastEtag: query.get("last_etag") ?? undefined,
    timeoutSeconds: parseSeconds(query.get("timeout_sec")),
  };
}

/**
 * Reads a boolean as Google's parser does: `true`, `1`, `yes`, `y` (and `on`, `t`) in any case. A parameter without
 * a value (`?recursive`) counts as true, as Google's own k8s-metadata-proxy reads it; every other word is false.
 */
export function parseBoolean(value: string | null): boolean {
  return value !== null && /^(?:|true|1|yes|y|on|t)$/i.test(value);
}

function parseAlt(value: string | null): Alt | undefined {
  if (value === null || value === "") return undefined;
  if (value === "json" || value === "text") return value;
  throw new QueryError('Invalid value of parameter "alt": use "json" or "text"');
}

function parseSeconds(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (!/^\d+$/.test(value))
    throw new QueryError('Invalid value of parameter "timeout_sec": use a whole number of seconds, 0 or more');
  return Number(value);
}
