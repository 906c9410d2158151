/**
 * The plainest server on Node, and the command that serves it. It is plain JavaScript, written for the
 * occasion: for TypeScript Node would load a compiler of 20 MiB, which the server itself gets around by its cache.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, engineFlags } from "../../harness/runtime-command.ts";
import type { BareReply } from "./reply.ts";

const script = (reply: BareReply, holds: boolean) => `import { createServer } from "node:http";

const { body, headers, status } = ${JSON.stringify(reply)};
let held = [];

function answer(response) {
  response.writeHead(status, headers);
  response.end(body);
}

function hold(request, response) {
  held.push(response);
  if (request.url !== "/release") return;
  for (const each of held) answer(each);
  held = [];
}

const server = createServer(${holds ? "hold" : "(_, response) => answer(response)"});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(\`http://127.0.0.1:\${server.address().port}\\n\`);
});
`;

/** Returns the command of a server that gives `reply` to everyone; with `holds`, once somebody asks for `/release`. */
export function bareNodeCommand(reply: BareReply, folder: string, holds: boolean): Command {
  const file = join(folder, "bare.mjs");
  writeFileSync(file, script(reply, holds));
  return { program: "node", args: [...engineFlags("node"), file], env: {} };
}
