/**
 * `gce-metadata-emulator` on Bun.
 *
 * @module
 */
import { main } from "./cli/main.ts";
import { bun } from "./listen/bun.ts";

await main(bun);
