/**
 * `gce-metadata-emulator` on Node.
 *
 * @module
 */
import module from "node:module";
import { fileURLToPath } from "node:url";

// Nearly all of a start is Node reading sources. What it made of them is kept where the packages are: nobody else may
// write there. Node 20 has no such cache; a folder that cannot be written is none either.
module.enableCompileCache?.(fileURLToPath(new URL("../../node_modules/.cache/compile", import.meta.url)));

const { main } = await import("./cli/main.ts");
const { node } = await import("./listen/node.ts");

await main(node);
// A server may end in ways that leave no time for this.
setTimeout(() => module.flushCompileCache?.(), 1_000).unref();
