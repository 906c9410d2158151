/**
 * Values as people read them, and requests as they are taken elsewhere.
 *
 * @module
 */
import type { RequestEvent } from "../messages.ts";

/** Returns the time of day with milliseconds. */
export function clockTime(iso: string | number): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** Returns a length of time in its largest two units. */
export function lifeTime(ms: number): string {
  if (ms <= 0) return "expired";
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Headers that curl makes itself, or that belong to one connection. */
const ownHeaders = /^(?:host|connection|accept-encoding|content-length|transfer-encoding|upgrade|keep-alive)$/i;

/** Returns the command that sends the request again; what is secret in it stays struck out. */
export function curlOf({ method, path, request }: RequestEvent, origin: string): string {
  const headers = request.headers
    .filter(([name]) => !ownHeaders.test(name))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const verb = method === "GET" ? [] : method === "HEAD" ? ["--head"] : ["-X", method];
  return ["curl", "-s", "-i", ...verb, ...headers, quoted(`${origin}${path}`)].join(" ");
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Returns requests as JSON lines, oldest first. */
export function jsonLines(requests: readonly RequestEvent[]): string {
  return requests
    .toReversed()
    .map((request) => `${JSON.stringify(request)}\n`)
    .join("");
}

/** Whether a request has every word of the filter somewhere. */
export function matches({ cache, client, fault, method, path, status }: RequestEvent, filter: string): boolean {
  const text = [method, path, status, client, cache, fault === undefined ? "" : `fault ${fault}`]
    .join(" ")
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
