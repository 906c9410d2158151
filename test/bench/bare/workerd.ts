/**
 * The plainest worker on workerd, and the command that serves it without any proxy.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../../harness/runtime-command.ts";
import { compatibility, engineFlags } from "../../harness/workerd.ts";
import type { BareReply } from "./reply.ts";

const script = (reply: BareReply) => `const { body, headers, status } = ${JSON.stringify(reply)};
export default { fetch: () => new Response(body, { status, headers }) };
`;

const configuration = () => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .bare)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  v8Flags = ${engineFlags},
);
const bare :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "bare.js")],
  compatibilityDate = "${compatibility().date}",
  compatibilityFlags = ${compatibility().flags},
);
`;

/** Returns the command of a worker that gives `reply` to everyone. */
export function bareWorkerdCommand(reply: BareReply, folder: string): Command {
  writeFileSync(join(folder, "bare.js"), script(reply));
  const file = join(folder, "config.capnp");
  writeFileSync(file, configuration());
  return { program: "workerd", args: ["serve", file, "--control-fd=1"], env: {} };
}
