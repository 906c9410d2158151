/**
 * What the real server's tree says about itself beyond what its JSON shows: whose keys are the user's own words, which
 * lists are directories, which leaves are JSON by default, what is there without being listed (mds-behaviour.md 2, 4, 5).
 * Everything that is not named here follows the general rules of `tree.ts`, so that keys of the user's own just work.
 *
 * @module
 */

/** How one place of the tree departs from the general rules. */
export interface Shape {
  /** Keys are kept as they are in both spellings. `deep`: everything below as well. */
  readonly verbatim?: "keys" | "deep";
  /** A list is a directory with numeric children even when it is empty or holds plain strings. */
  readonly listDirectory?: true;
  /** An object or list that is one leaf, printed as JSON by default: compact, or as a document of several lines. */
  readonly json?: "compact" | "document";
  /** Reachable, but neither listed nor in recursive output. */
  readonly hidden?: true;
  /** Values are strings whatever they look like. */
  readonly strings?: true;
  /** Shapes of what stands below, by path name; `*` for all others. */
  readonly below?: Readonly<Record<string, Shape>>;
}

const verbatimStrings: Shape = { verbatim: "keys", strings: true };

const networkInterface: Shape = {
  below: {
    "access-configs": { listDirectory: true },
    "forwarded-ips": { listDirectory: true },
    "forwarded-ipv6s": { listDirectory: true },
    "ip-aliases": { listDirectory: true },
  },
};

/** The shape of `/computeMetadata/v1/`. */
export const rootShape: Shape = {
  below: {
    instance: {
      below: {
        attributes: verbatimStrings,
        credentials: { below: { "*": { json: "compact" } } },
        disks: { listDirectory: true },
        "gce-workload-certificates": { below: { "*": { json: "document" } } },
        "guest-attributes": { verbatim: "deep" },
        "legacy-endpoint-access": { verbatim: "keys" },
        licenses: { listDirectory: true },
        "network-interfaces": { listDirectory: true, below: { "*": networkInterface } },
        "partner-attributes": { verbatim: "deep" },
        // 404 is the normal answer; clients that look for it never list (mds-behaviour.md 5.1).
        "platform-security": { hidden: true, below: { "auto-mtls-configuration": { json: "compact" } } },
        "service-accounts": { verbatim: "keys" },
        tags: { json: "compact" },
        "upcoming-maintenance": { json: "compact" },
        "vlan-network-interfaces": { verbatim: "keys" },
        // Older names of the documents below gce-workload-certificates (mds-behaviour.md 5.1).
        "workload-certificates-config-status": { json: "document" },
        "workload-identities": { json: "document" },
        "workload-trusted-root-certs": { json: "document" },
      },
    },
    project: { below: { attributes: verbatimStrings } },
    // Answers clients that ask for it, but no capture lists it, and its JSON spelling is disputed (mds-behaviour.md 12).
    universe: { hidden: true },
  },
};

const none: Shape = {};

/** Returns the shape of the child `name` of a place with shape `shape`. */
export function shapeBelow(shape: Shape, name: string): Shape {
  if (shape.verbatim === "deep") return shape;
  const below = shape.below;
  if (below === undefined) return none;
  if (Object.hasOwn(below, name)) return below[name] ?? none;
  return below["*"] ?? none;
}

/** Returns the shape of a place by its path names, from the root. */
export function shapeAt(names: readonly string[]): Shape {
  return names.reduce(shapeBelow, rootShape);
}
