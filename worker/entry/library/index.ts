/**
 * The library (`gce-metadata-emulator`) on Node, Bun and Deno: as `worker/index.ts`, with `listen` and files.
 *
 * @module
 */
import { createEmulatorOn } from "../../library/emulator.ts";
import type { Emulator, EmulatorOptions } from "../../library/types.ts";
import { createHost } from "./host.ts";

export { ConfigurationError } from "../../lib/errors.ts";
export type * from "../../library/public-types.ts";
export { version } from "../../version.ts";

const host = await createHost();

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
