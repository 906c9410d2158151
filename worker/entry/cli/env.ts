/**
 * `env`: the variables that send a client program to a running server, for a shell, a file or a container.
 *
 * @module
 */
import { suggestion } from "../../config/nearest.ts";
import { secretPrefix } from "../../http/secret-path.ts";
import { ConfigurationError } from "../../lib/errors.ts";
import { clientVariables, shadowing } from "../../library/variables.ts";
import { commandHelp } from "./command-help.ts";
import { parseOptions } from "./options.ts";
import { type Shell, shells } from "./shells.ts";
import { print } from "./terminal.ts";

const names = Object.keys(shells);

/** Prints the variables. Throws a `ConfigurationError` for a shell, a port or a host that cannot be. */
export async function env(args: readonly string[]): Promise<void> {
  const { switches, values, words } = parseOptions(args, {
    shell: "value",
    port: "value",
    host: "value",
    "secret-path": "value",
    help: "switch",
  });
  if (switches.has("help")) return print(commandHelp("env"));
  if (words.length > 0) wrong("", `Unexpected argument; env takes flags alone, such as --shell ${names[1]}`);
  const { shell = "bash", port = "8080" } = values;
  if (!Object.hasOwn(shells, shell))
    wrong("--shell", `There is none of that name${suggestion(shell, names)}; there are ${names.join(", ")}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) wrong("--port", "Must be a port, 1 to 65535");
  // A container's own loopback is not that of the machine that serves.
  const { host = shell === "docker" ? "host.docker.internal" : "127.0.0.1" } = values;
  if (!/^[\w.:[\]-]+$/.test(host)) wrong("--host", "Must be a host name or address");
  const address = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const { "secret-path": secret } = values;
  if (secret !== undefined && !/^[\w-]+$/.test(secret)) wrong("--secret-path", "Must be the server's own secret");
  print(
    shells[shell as Shell]({
      set: clientVariables(`${address}:${port}${secretPrefix(secret)}`),
      unset: shadowing,
    }),
  );
}

function wrong(at: string, message: string): never {
  throw new ConfigurationError([{ at, message }]);
}
