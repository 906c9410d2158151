/**
 * What a request asks for: the target of its first line, read once for each text.
 *
 * @module
 */
import { remembered } from "../lib/remembered.ts";

export interface Target {
  /** Path and query as they are quoted and looked up: `path`, or `path?search`. */
  readonly text: string;
  /** Path as a WHATWG URL has it (dot segments folded, escapes kept), never empty. */
  readonly path: string;
  /** Query without `?`; empty when there is none. */
  readonly search: string;
  /** Where the target itself says so (absolute form, or a URL): name and port as sent. */
  readonly authority: string | undefined;
}

/** Makes a target of its parts. */
export function makeTarget(path: string, search: string, authority?: string): Target {
  return { text: search === "" ? path : `${path}?${search}`, path, search, authority };
}

/** Reads a raw request target (`/a/../b?c`, or absolute form). Throws a `TypeError` for what no URL can hold. */
export const targetOf = remembered((text: string): Target => {
  if (plainTarget.test(text) && !text.includes("/.")) {
    const mark = text.indexOf("?");
    return mark === -1 ? makeTarget(text, "") : makeTarget(text.slice(0, mark), text.slice(mark + 1));
  }
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(text);
  const url = new URL(absolute === null ? `http://localhost${text.startsWith("/") ? "" : "/"}${text}` : text);
  return makeTarget(url.pathname, url.search.slice(1), absolute?.[1]);
});

/** Reads the target out of a URL. Not every runtime folds dot segments in its URL (Deno does not). */
export const targetOfUrl = remembered((url: string): Target => {
  // Bun's URL of a request without Host is the target alone.
  const authority = url.startsWith("/") ? 0 : url.indexOf("//") + 2;
  const end = endOfAuthority(url, authority);
  const { path, search } = targetOf(url[end] === "/" ? url.slice(end) : `/${url.slice(end)}`);
  return makeTarget(path, search, url.slice(authority, end));
});

// What WHATWG URL leaves as it is, dot segments apart: no escape in the path, nothing that it would encode or drop.
const plainTarget = /^\/[\w\-.~!$&'()*+,;=:@/]*(?:\?[\w\-.~!$&()*+,;=:@/?%]*)?$/;

/** Returns where the path begins, or the query of a URL without one (Deno shows `http://name?query` as it came). */
function endOfAuthority(url: string, from: number): number {
  const slash = url.indexOf("/", from);
  const end = slash === -1 ? url.length : slash;
  const query = url.indexOf("?", from);
  const fragment = url.indexOf("#", from);
  return Math.min(end, query === -1 ? end : query, fragment === -1 ? end : fragment);
}
