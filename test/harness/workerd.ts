/**
 * workerd run directly on the modules that wrangler uploads, without the proxy of `wrangler dev` in between: the worker's
 * own bytes. `build-worker.ts` puts them there.
 *
 * @module
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "./runtime-command.ts";

/** The module that is loaded first. */
export const mainModule = "workerd.js";

/** Where the modules are. */
export const bundleFolder = resolve(import.meta.dirname, "../../.cache/worker");

/**
 * A small young generation, as `npm run serve:node` has one. With V8's own default workerd lets hundreds of MiB come
 * together, and each collection then stops it for 60 to 200 ms.
 */
export const engineFlags = `["--max-semi-space-size=1"]`;

/** Where a worker listens (port 0 takes a free one), and the folder of its Durable Object's storage. */
export interface Place {
  readonly address?: string | undefined;
  readonly state?: string | undefined;
  /** Modules to run, instead of all there are. */
  readonly modules?: readonly string[] | undefined;
}

/** The names of all modules, the main one first, as workerd wants it. */
export function moduleNames(): string[] {
  const names = readdirSync(bundleFolder).filter((name) => name.endsWith(".js") && name !== mainModule);
  return [mainModule, ...names];
}

/** Returns the command of a worker with these bindings. It prints its port. Storage in memory would have no SQL. */
export function workerdCommand(
  bindings: Readonly<Record<string, string>>,
  folder: string,
  { address = "127.0.0.1:0", modules = moduleNames(), state = join(folder, "state") }: Place,
): Command {
  for (const name of modules) cpSync(join(bundleFolder, name), join(folder, name));
  const file = join(folder, "config.capnp");
  mkdirSync(state, { recursive: true });
  writeFileSync(file, configuration(bindings, { address, state, modules }));
  return { program: "workerd", args: ["serve", file, "--control-fd=1"], env: {} };
}

function configuration(
  bindings: Readonly<Record<string, string>>,
  place: { readonly address: string; readonly state: string; readonly modules: readonly string[] },
): string {
  const { date, flags } = compatibility();
  const texts = Object.entries(bindings).map(
    ([name, value]) => `    (name = ${JSON.stringify(name)}, text = ${quoted(value)}),`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .emulator),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "disk", disk = (path = ${quoted(place.state)}, writable = true)),
  ],
  sockets = [(name = "http", address = "${place.address}", http = (), service = "main")],
  v8Flags = ${engineFlags},
);
const emulator :Workerd.Worker = (
  modules = [
${place.modules.map((name) => `    (name = "${name}", esModule = embed "${name}"),`).join("\n")}
  ],
  compatibilityDate = "${date}",
  compatibilityFlags = ${flags},
  durableObjectNamespaces = [(className = "MetadataInstance", uniqueKey = "gce-metadata-emulator", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [
    (name = "INSTANCE", durableObjectNamespace = "MetadataInstance"),
${texts.join("\n")}
  ],
);
`;
}

/** The settings of wrangler.toml, so that both ways of running mean the same. */
export function compatibility(): { date: string; flags: string } {
  const text = readFileSync(resolve(import.meta.dirname, "../../wrangler.toml"), "utf8");
  const date = /^compatibility_date = "([\d-]+)"$/m.exec(text)?.[1];
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(text)?.[1];
  if (date === undefined || flags === undefined)
    throw new Error("Cannot find compatibility_date and compatibility_flags in wrangler.toml");
  return { date, flags };
}

/** Cap'n Proto's string literal: bytes beyond ASCII are escaped. */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte === 0x22 || byte === 0x5c
      ? `\\${String.fromCharCode(byte)}`
      : byte < 0x20 || byte > 0x7e
        ? `\\x${byte.toString(16).padStart(2, "0")}`
        : String.fromCharCode(byte),
  );
  return `"${bytes.join("")}"`;
}
