/**
 * The library's host on Node, Bun and Deno: files, programs, client certificates, and sockets by the runtime's own
 * adapter.
 *
 * @module
 */
import type { Emulator as Core } from "../../emulator.ts";
import type { Host } from "../../library/emulator.ts";
import type { ListeningServer, ListenOptions } from "../../library/types.ts";
import { clientVariables } from "../../library/variables.ts";
import { readFolder } from "../folder.ts";
import { runtimeHere } from "../listen/here.ts";
import { openListener, urlOf } from "../listen/open.ts";
import type { Address } from "../listen/types.ts";
import { readTextFile, run, writeTextFile } from "../platform.ts";

/** Open requests get this long to end when a server closes; waiting ones end at once. */
const closeMs = 1_000;

/** Builds the host of this runtime. */
export async function createHost(): Promise<Host> {
  const runtime = await runtimeHere();
  const { fetchWithCertificate, name } = runtime;
  return {
    platform: {
      runtime: name,
      readTextFile,
      writeTextFile,
      run,
      ...(fetchWithCertificate === undefined ? {} : { fetchWithCertificate }),
    },
    readFolder,
    loadAssets: () => import("../../inspector/assets.js"),
    listen: async (core: Core, { host = "127.0.0.1", port = 0, unixSocket }: ListenOptions) => {
      const address: Address = unixSocket === undefined ? { host, port } : { unixSocket };
      const listening = await openListener(runtime, core, address);
      return serverOf(urlOf(address, listening.port), listening.port, () => listening.stop());
    },
  };
}

function serverOf(url: string, port: number | undefined, stop: () => Promise<void>): ListeningServer {
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= Promise.race([stop(), pause(closeMs)]);
    return closed;
  };
  const host = url.replace(/^(?:http:\/\/|unix:)/, "");
  return { url, host, port, env: port === undefined ? {} : clientVariables(host), close, [Symbol.asyncDispose]: close };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref?.();
  });
}
