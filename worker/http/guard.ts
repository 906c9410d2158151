/**
 * Who is let in (interface.md "Who is let in"): the Host allow-list against DNS rebinding, the rules against browsers
 * of other origins and against proxies, and the header that every metadata request carries (mds-behaviour.md 1.1–1.4).
 * Each rule returns its refusal, or nothing.
 *
 * @module
 */
import { type Call, isHost } from "./call.ts";
import type { Reply } from "./reply.ts";
import type { Style } from "./style.ts";

/** What the guard is told by the configuration. */
export interface Admission {
  readonly style: Style;
  /** Lower case, without port; beside the real names and loopback. Asked at each request: a saved configuration counts. */
  readonly allowedHosts: () => readonly string[];
  /**
   * An authenticated service: its clients come by its own name and through an edge that adds `X-Forwarded-For`. What the
   * workload sent is judged by the relay in front of it.
   */
  readonly service?: boolean;
}

/** Names and addresses of the real server. */
export const metadataHosts: readonly string[] = [
  "metadata.google.internal",
  "metadata.google.internal.",
  "metadata",
  "metadata.goog",
  "169.254.169.254",
  "[fd20:ce::254]",
];

const standingHosts = [...metadataHosts, "localhost", "127.0.0.1", "[::1]"];

/** Builds the check that every request passes first. */
export function createGuard({ allowedHosts, service, style }: Admission): (call: Call) => Reply | undefined {
  if (service === true) return (call) => browserRefusal(call, style);
  let allowed = allowedHosts();
  let hosts = new Set([...standingHosts, ...allowed]);
  /** Values of `Host` that have passed: clients repeat theirs. */
  const passed = new Set<string>();
  return (call) => {
    if (allowed !== allowedHosts()) {
      allowed = allowedHosts();
      hosts = new Set([...standingHosts, ...allowed]);
      passed.clear();
    }
    if (call.host === null || !passed.has(call.host)) {
      const refusal = hostRefusal(call, hosts, style);
      if (refusal !== undefined) return refusal;
      if (call.host !== null && passed.size < maxPassed) passed.add(call.host);
    }
    return browserRefusal(call, style) ?? proxyRefusal(call, style);
  };
}

/** Every port is another value. */
const maxPassed = 100;

function hostRefusal(call: Call, hosts: ReadonlySet<string>, style: Style): Reply | undefined {
  if (call.host === null || call.host === "") {
    // HTTP/1.0 has no Host; the real server answers it (mds-behaviour.md 1.4).
    return call.http10 ? undefined : style.error(400, "The request has no Host header.");
  }
  const name = hostName(call.host);
  if (name === undefined) return style.error(400, "The Host header of the request is malformed.");
  if (hosts.has(name)) return undefined;
  return style.error(403, `Requests for the host "${name}" are not served here. Use --allow-host to accept it.`);
}

/** Returns the name of a Host value in lower case, without its port; `undefined` when it is malformed. */
function hostName(host: string): string | undefined {
  return isHost(host) ? host.replace(/:\d+$/, "").toLowerCase() : undefined;
}

function browserRefusal(call: Call, style: Style): Reply | undefined {
  const site = call.header("sec-fetch-site");
  if (site !== null && /cross-site|same-site/i.test(site))
    return style.error(403, "Requests of other web sites are not served.");
  const origin = call.header("origin");
  if (origin !== null && !isOwn(origin, call)) return style.error(403, "Requests of other web origins are not served.");
  // Older browsers send neither of the two, but say where they come from.
  const referer = call.header("referer");
  if (referer === null || isOwn(originOf(referer), call)) return undefined;
  return style.error(403, "Requests that another web page refers here are not served.");
}

/**
 * Scheme and authority of a URL, without parsing it: whatever is no such thing is nobody's own, nor is more than one URL
 * (a header that came twice is joined by a comma and a space).
 */
function originOf(url: string): string {
  return /^(https?:\/\/[^/?#\s]*)\S*$/i.exec(url)?.[1] ?? url;
}

function isOwn(url: string, call: Call): boolean {
  return (
    url.toLowerCase() === `http://${call.host ?? ""}`.toLowerCase() ||
    url.toLowerCase() === `https://${call.host ?? ""}`.toLowerCase()
  );
}

function proxyRefusal(call: Call, style: Style): Reply | undefined {
  if (call.header("x-forwarded-for") === null) return undefined;
  return style.error(403, "Requests with an X-Forwarded-For header are not served: they come from behind a proxy.");
}

/** Whether the request says that it means the metadata server. A repeated header (`Google, Google`) does not count. */
export function hasFlavor(call: Call, style: Style): boolean {
  if (call.header("metadata-flavor") === "Google") return true;
  return style.legacyHeader && /^true$/i.test(call.header("x-google-metadata-request") ?? "");
}
