/**
 * A network of a test's own: a namespace with loopback only, where 169.254.169.254 is an address of its own and the
 * metadata server's names resolve to it. Nothing in it can reach the machine's network, and nothing on the machine changes.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { State } from "./suite.ts";

export const metadataAddress = "169.254.169.254";

const localhost = "127.0.0.1 localhost\n";
const names = `${metadataAddress} metadata.google.internal metadata.google.internal. metadata metadata.goog\n`;

/** A namespace that exists until `remove`. */
export interface Namespace {
  /** What a command is put behind to run in it. */
  readonly enter: readonly string[];
  remove(): void;
}

let count = 0;
const open = new Set<() => void>();

// A run that is aborted must not leave namespaces behind.
process.once("exit", () => {
  for (const remove of open) remove();
});

/** What a namespace has beside loopback: the server's address on it, or a way out to nobody, as a machine's default route. */
type Network = "address" | "uplink";

const networks: Readonly<Record<Network, readonly string[]>> = {
  address: [`address add ${metadataAddress}/32 dev lo`],
  uplink: [
    "link add out type veth peer name nobody",
    "address add 192.0.2.2/24 dev out",
    "link set out up",
    "link set nobody up",
    "route add default via 192.0.2.1",
  ],
};

/**
 * Makes a namespace. Needs root and iproute2. Without a server the names are left out too: to Go they alone are proof of
 * being on Google Cloud.
 */
export function createNamespace(state: State, network: Network = "address"): Namespace {
  if (process.getuid?.() !== 0) throw new Error("Cannot make a network namespace: run these tests as root");
  const name = `gme-clients-${process.pid}-${++count}`;
  const folder = mkdtempSync(join(tmpdir(), "gme-namespace-"));
  const ip = (...args: string[]): void => void execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
  const remove = (): void => {
    open.delete(remove);
    ip("netns", "delete", name);
    rmSync(folder, { recursive: true, force: true });
  };
  ip("netns", "add", name);
  open.add(remove);
  try {
    ip("-n", name, "link", "set", "lo", "up");
    for (const command of networks[network]) ip("-n", name, ...command.split(" "));
  } catch (error) {
    remove();
    throw error;
  }
  const file = join(folder, "hosts");
  writeFileSync(file, state === "up" ? localhost + names : localhost);
  // The names hold for what runs in it only: a mount namespace, with a hosts file of its own, and no DNS.
  const mounts = 'mount --bind "$0" /etc/hosts && mount --bind /dev/null /etc/resolv.conf && exec "$@"';
  return { enter: ["ip", "netns", "exec", name, "unshare", "--mount", "sh", "-c", mounts, file], remove };
}
