/**
 * A `fetch` that answers for the metadata server without a port: requests to its names and addresses go to the emulator,
 * everything else where it would have gone.
 *
 * @module
 */
import { metadataHosts } from "../http/guard.ts";
import type { Fetch } from "./types.ts";

const hosts: ReadonlySet<string> = new Set(metadataHosts);

/** Returns a `fetch` over `emulator` and `next`. */
export function createInterceptor(emulator: Fetch, next: Fetch): Fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return url.protocol === "http:" && url.port === "" && hosts.has(url.hostname)
      ? emulator(input, init)
      : next(input, init);
  };
}
