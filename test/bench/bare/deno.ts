/**
 * The plainest server on Deno.
 *
 * @module
 */
import process from "node:process";
import { handler } from "./handler.ts";

const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => undefined }, handler);
process.stdout.write(`http://127.0.0.1:${addr.port}\n`);
