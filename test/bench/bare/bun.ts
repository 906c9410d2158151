/**
 * The plainest server on Bun.
 *
 * @module
 */
import process from "node:process";
import { handler } from "./handler.ts";

const { port } = Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: handler });
process.stdout.write(`http://127.0.0.1:${port}\n`);
