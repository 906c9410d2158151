/**
 * The library (`gce-metadata-emulator`) on web standards alone: for workerd and other runtimes without sockets. Node, Bun
 * and Deno get the same names with `listen` and files from `entry/library/`.
 *
 * @module
 */
import { createEmulatorOn, type Host } from "./library/emulator.ts";
import type { Emulator, EmulatorOptions } from "./library/types.ts";

export { ConfigurationError } from "./lib/errors.ts";
export type * from "./library/public-types.ts";
export { version } from "./version.ts";

const host: Host = {
  platform: { runtime: "this runtime" },
  listen: () => Promise.reject(new Error("Cannot listen: this runtime has no sockets; hand requests to fetch()")),
  readFolder: () => Promise.reject(new Error("Cannot read metadataDir: this runtime has no files")),
};

/**
 * Creates a metadata server. It is there at once; `ready` tells whether configuration and credentials are good.
 *
 * @example
 * await using emulator = createEmulator({ projectId: "my-project" });
 * const { env } = await emulator.listen();
 *
 * @param options Configuration, flags in camel case, and what stands in for clock, network and log. Default: a VM with
 * the local issuer.
 * @throws ConfigurationError for an option that there is not.
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  return createEmulatorOn(host, options);
}
