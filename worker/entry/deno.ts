/**
 * `gce-metadata-emulator` on Deno.
 *
 * @module
 */
import { main } from "./cli/main.ts";
import { deno } from "./listen/deno.ts";

await main(deno);
