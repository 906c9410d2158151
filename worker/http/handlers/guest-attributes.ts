/**
 * `instance/guest-attributes/NAMESPACE/KEY`: what the guest itself may write (mds-behaviour.md 7). Reads are ordinary
 * metadata reads; this handler is the switch in front of them and the writes.
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { valueAt } from "../../metadata/document.ts";
import { fromSegment } from "../../metadata/names.ts";
import { isTrue } from "../../metadata/snapshot.ts";
import type { Clock } from "../../platform.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

const root = ["instance", "guest-attributes"];
export const maxValueBytes = 256 * 1024;
export const maxKeyBytes = 128;
/** The documented rate is 10 a minute with bursts of 3 a second; an emulator that broke a test suite for it would help nobody. */
export const maxWritesPerSecond = 1_000;

/** Whether a path is at or below the guest attributes. */
export function isGuestAttribute(path: string): boolean {
  return /^\/computeMetadata\/v1\/+instance\/guest-attributes(?:\/|$)/.test(path);
}

/** Builds the check in front of reads, and the writes. Returns nothing where the ordinary read shall answer. */
export function createGuestAttributes(
  instance: Instance,
  style: Style,
  clock: Clock,
): (call: Call) => Promise<Reply | undefined> {
  let second = 0;
  let writes = 0;
  return async (call) => {
    if (!isTrue(instance.snapshot().attribute("enable-guest-attributes"))) {
      return reply(style.server, 403, "text/plain", "Guest attributes endpoint access is disabled.");
    }
    if (call.method === "GET" || call.method === "HEAD") return undefined;
    if (call.method !== "PUT" && call.method !== "DELETE")
      return style.error(405, "Guest attributes take GET, PUT and DELETE.", allow);
    const names = namesOf(call.path);
    if (names === undefined)
      return style.error(
        400,
        `A guest attribute is written as NAMESPACE/KEY, each not empty, the key up to ${maxKeyBytes} bytes.`,
      );
    const now = Math.floor(clock.now() / 1000);
    writes = now === second ? writes + 1 : 1;
    second = now;
    if (writes > maxWritesPerSecond) return style.error(429, "Too many writes of guest attributes.");
    return call.method === "PUT" ? put(call, names) : remove(call, names);
  };

  async function put(call: Call, names: readonly string[]): Promise<Reply> {
    const bytes = await call.body(maxValueBytes);
    const value = textOf(bytes);
    if (value === undefined) return style.error(400, "The value of a guest attribute must be text in UTF-8.");
    await instance.write(() => [{ path: [...root, ...names], value }]);
    return reply(style.server, 200, "text/html", "");
  }

  async function remove(call: Call, names: readonly string[]): Promise<Reply> {
    let found = false;
    await instance.write((document) => {
      found = valueAt(document, [...root, ...names]) !== undefined;
      return found ? removal(document, names) : [];
    });
    return found ? reply(style.server, 200, "text/html", "") : style.notFound(call.target);
  }

  /** A namespace goes with its last key: nothing else could remove it. */
  function removal(document: Parameters<typeof valueAt>[0], names: readonly string[]) {
    const [namespace = ""] = names;
    const siblings = Object.keys((valueAt(document, [...root, namespace]) ?? {}) as object);
    return [{ path: siblings.length > 1 ? [...root, ...names] : [...root, namespace], value: undefined }];
  }
}

/** Returns the text of a body as it is, a byte order mark included; nothing if it is none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const allow = { headers: { Allow: "GET, HEAD, PUT, DELETE" } };

function namesOf(path: string): [string, string] | undefined {
  const names = path
    .replace(/^\/computeMetadata\/v1\/+instance\/guest-attributes\/?/, "")
    .split("/")
    .map(fromSegment);
  const [namespace = "", key = "", ...rest] = names;
  if (namespace === "" || key === "" || rest.length > 0) return undefined;
  const bytes = new TextEncoder().encode(key).length;
  return bytes > maxKeyBytes || new TextEncoder().encode(namespace).length > maxKeyBytes ? undefined : [namespace, key];
}
