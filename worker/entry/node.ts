/**
 * `gce-metadata-emulator` on Node.
 *
 * @module
 */
import { main } from "./cli/main.ts";
import { node } from "./listen/node.ts";

await main(node);
