/**
 * Walks a served tree by its listings, as a client that knows nothing would, and puts the leaves together again to what
 * recursive output should be (mds-behaviour.md 2 to 4).
 *
 * @module
 */
import { headerValues, type RawResponse, rawRequest } from "./raw.ts";

/** A leaf as it was found. */
export interface WalkedLeaf {
  readonly kind: "leaf";
  readonly name: string;
  readonly status: number;
  readonly text: string;
  /** The answer to `alt=json`. */
  readonly json: string;
}

/** A directory with its children in listing order. */
export interface WalkedDirectory {
  readonly kind: "directory";
  readonly name: string;
  readonly status: number;
  readonly children: readonly Walked[];
}

export type Walked = WalkedLeaf | WalkedDirectory;

/** Directories that are arrays in JSON, and those whose keys are the user's own words. */
const arrays = /^(?:disks|licenses|network-interfaces|access-configs|forwarded-ips|forwarded-ipv6s|ip-aliases)$/;
const verbatimChildren = /^(?:attributes|service-accounts|vlan-network-interfaces)$/;
const verbatimBelow = /^(?:partner-attributes|guest-attributes)$/;
/** Below a service account, and in no recursive output. */
const endpoints = /^(?:token|identity)$/;

/** Asks for `target` with the headers that every client sends. */
export function get(port: number, target: string): Promise<RawResponse> {
  return rawRequest(port, {
    target,
    headers: [
      ["Host", "metadata.google.internal"],
      ["Metadata-Flavor", "Google"],
    ],
  });
}

/** Walks the directory at `path`, which ends in a slash. */
export async function walk(port: number, path: string, name = ""): Promise<WalkedDirectory> {
  const response = await get(port, path);
  const listed = response.status === 200 ? response.body.toString() : "";
  if (listed !== "" && !listed.endsWith("\n")) throw new Error(`${path} does not end its last line`);
  const children: Walked[] = [];
  for (const entry of listed.split("\n").slice(0, -1)) {
    children.push(
      entry.endsWith("/")
        ? await walk(port, path + entry, entry.slice(0, -1))
        : await visitLeaf(port, path + entry, entry),
    );
  }
  return { kind: "directory", name, status: response.status, children };
}

async function visitLeaf(port: number, path: string, name: string): Promise<WalkedLeaf> {
  const [plain, json] = await Promise.all([get(port, `${path}?alt=text`), get(port, `${path}?alt=json`)]);
  const type = headerValues(plain, "Content-Type").join();
  if (plain.status === 200 && !/^(?:application\/text|application\/json)$/.test(type))
    throw new Error(`${path} is of type ${type}`);
  return { kind: "leaf", name, status: plain.status, text: plain.body.toString(), json: json.body.toString() };
}

/** Returns every leaf and directory with its path below the root of the walk. */
export function flatten(node: Walked, path = ""): (readonly [path: string, node: Walked])[] {
  if (node.kind === "leaf") return [[path, node]];
  return [[`${path}/`, node], ...node.children.flatMap((child) => flatten(child, `${path}/${child.name}`))];
}

/** Returns the recursive JSON that the walked tree should have, byte for byte. */
export function toJson(node: Walked, rule: "camel" | "children" | "below" = "camel"): string | undefined {
  if (node.kind === "leaf") return node.status === 200 && !endpoints.test(node.name) ? node.json : undefined;
  const next =
    rule === "below" || verbatimBelow.test(node.name)
      ? "below"
      : verbatimChildren.test(node.name)
        ? "children"
        : "camel";
  const members = node.children.flatMap((child): [string, string][] => {
    const value = toJson(child, next === "children" ? "camel" : next);
    return value === undefined ? [] : [[next === "camel" ? camel(child.name) : child.name, value]];
  });
  if (arrays.test(node.name) && rule !== "below") return `[${members.map(([, value]) => value).join(",")}]`;
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
}

/** Returns the lines of recursive text that the walked tree should have. */
export function toText(node: Walked, path = ""): string[] {
  if (node.kind === "directory")
    return node.children.flatMap((child) => toText(child, path === "" ? child.name : `${path}/${child.name}`));
  if (node.status !== 200 || endpoints.test(node.name)) return [];
  const value: unknown = JSON.parse(node.json);
  if (!Array.isArray(value)) return [`${path} ${node.text}`];
  return value.map((element) => `${path} ${String(element)}`);
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
