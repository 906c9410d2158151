/**
 * A program: opens a Unix socket as the server does and prints its mode as it is when the adapter has just made it, and
 * the process's umask afterwards. Takes the socket's path.
 *
 * @module
 */
import { statSync } from "node:fs";
import process from "node:process";
import { runtimeHere } from "../../worker/entry/listen/here.ts";
import { openListener } from "../../worker/entry/listen/open.ts";

const [, , unixSocket = ""] = process.argv;
const octal = (mode: number): string => (mode & 0o777).toString(8);

process.umask(0o002);
const runtime = await runtimeHere();
let first = "";
const watched: typeof runtime = {
  ...runtime,
  listen: async (served, address) => {
    const listening = await runtime.listen(served, address);
    first = octal(statSync(unixSocket).mode);
    return listening;
  },
};
const nobody = { handle: () => ({ status: 404, headers: {}, body: "" }), fetch: async () => new Response() };
const listening = await openListener(watched, { ...nobody, close: () => undefined }, { unixSocket });
process.stdout.write(`${first} ${octal(process.umask())}\n`);
await listening.stop();
process.exit(0);
