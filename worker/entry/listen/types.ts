/**
 * What the three runtimes with sockets offer in common: a server for an emulator, and how to end it.
 *
 * @module
 */
import type { Emulator } from "../../emulator.ts";
import type { ClientCertificate } from "../../platform.ts";

/** Where to listen: a TCP address, or a Unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly unixSocket: string };

/** What answers: an emulator, a service of many, a relay. */
export type Served = Pick<Emulator, "handle" | "fetch" | "close"> & Partial<Pick<Emulator, "isHidden">>;

export interface Listening {
  /** The port in use; `undefined` for a Unix socket. */
  readonly port: number | undefined;
  /** Stops accepting and resolves when the open requests have ended. */
  stop(): Promise<void>;
}

/** What a runtime brings beside Node's modules, which all three have. */
export interface Runtime {
  readonly name: "node" | "bun" | "deno";
  /** Rejects with an error whose `code` is `EADDRINUSE`, `EACCES` or `EADDRNOTAVAIL` where the runtime says so. */
  listen(served: Served, address: Address): Promise<Listening>;
  /** Listens on a socket that is open already, by its descriptor. Its `address` is that socket's. */
  readonly listenOn?: (served: Served, descriptor: number) => Promise<Listening & { readonly address: Address }>;
  readonly fetchWithCertificate?: (url: string, init: RequestInit, certificate: ClientCertificate) => Promise<Response>;
}
