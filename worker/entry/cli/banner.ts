/**
 * What `serve` says when it accepts connections: one line with the base URL for scripts, and for people as whom it
 * serves and the lines to copy.
 *
 * @module
 */
import type { ServiceSettings } from "../../config/settings.ts";
import type { Emulator } from "../../emulator.ts";
import { secretPrefix } from "../../http/secret-path.ts";
import { valueAt } from "../../metadata/document.ts";
import { urlOf } from "../listen/open.ts";
import type { Address } from "../listen/types.ts";

/** What goes to stdout, and what to stderr. */
export interface Banner {
  readonly ready: string;
  readonly details: readonly string[];
}

export interface BannerOptions {
  readonly address: Address;
  /** Whether the link to the inspector is printed: it holds the control token. */
  readonly inspect: boolean;
}

/** Builds the start lines. */
export function banner(emulator: Emulator, port: number | undefined, { address, inspect }: BannerOptions): Banner {
  const account = emulator.accounts().get("default");
  const { document } = emulator.store.snapshot;
  const text = (...path: string[]) => String(valueAt(document, path) ?? "");
  const prefix = secretPrefix(emulator.settings.secretPath);
  const base = `${urlOf(address, port)}${prefix}`;
  const local = emulator.settings.accounts.default?.source.type === "local";
  const who =
    account === undefined
      ? "no service account"
      : `${account.email} (${local ? "local issuer: no Google credential, tokens are not Google's" : originOf(emulator)})`;
  const { controlToken } = emulator.settings;
  // Not a header's but a fragment's value: the browser keeps it to itself.
  const link =
    inspect && !("unixSocket" in address) ? `${base}/emulator/#token=${encodeURIComponent(controlToken ?? "")}` : "";
  const ready = [
    `gce-metadata-emulator ready on ${"unixSocket" in address ? placeOf(address.unixSocket, prefix) : base}`,
    ...(local ? ["(local issuer)"] : []),
    ...(link === "" ? [] : [`inspector: ${link}`]),
  ].join(" ");
  const details = [
    `  identity  ${who}`,
    `  instance  ${emulator.settings.preset}, project ${text("project", "project-id")}, ${text("instance", "zone")}`,
  ];
  const lines = "unixSocket" in address ? socketLines(address.unixSocket, prefix) : clientLines(base);
  return { ready, details: [...details, ...lines] };
}

/** A socket's path and the path of requests are two things: a client has to be told each. */
function placeOf(socket: string, prefix: string): string {
  return prefix === "" ? `unix:${socket}` : `unix:${socket}, every path below ${prefix}`;
}

/** Lines to copy for clients of a Unix socket, which no variable of Google's libraries can name. */
function socketLines(socket: string, prefix: string): string[] {
  const url = `http://metadata.google.internal${prefix}`;
  return [
    `  clients   connect to the socket ${socket} and ask for ${url}/computeMetadata/v1/`,
    `  try       curl --unix-socket '${socket.replaceAll("'", "'\\''")}' -H "Metadata-Flavor: Google" ${url}${tokenPath}`,
  ];
}

const tokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";

/** Lines to copy for clients of an address. */
export function clientLines(base: string): string[] {
  if (!base.startsWith("http://")) return [];
  const host = base.slice("http://".length);
  return [
    `  clients   export GCE_METADATA_HOST=${host} GCE_METADATA_IP=${host} GCE_METADATA_ROOT=${host}`,
    `  try       curl -H "Metadata-Flavor: Google" ${base}${tokenPath}`,
  ];
}

/** The start lines of a service. */
export function serviceBanner(
  { clients, instances }: ServiceSettings,
  port: number | undefined,
  address: Address,
): Banner {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const ready = `gce-metadata-emulator service ready on ${urlOf(address, port)}`;
  const details = [
    `  serves    ${count(Object.keys(instances).length, "instance")} to the clients of ${count(clients.length, "rule")}; nobody else is let in`,
    "  audit     one JSON line on stderr per token and per refusal",
  ];
  return { ready, details };
}

function originOf(emulator: Emulator): string {
  return emulator.settings.accounts.default?.origin ?? "";
}
