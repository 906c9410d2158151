/**
 * The tree: `/`, `/computeMetadata/v1/` and every node below. The known nodes are those of the default machine.
 *
 * @module
 */
import { additionsOf } from "../../worker/metadata/additions.ts";
import { completeDocument } from "../../worker/metadata/defaults.ts";
import { buildTree, type Directory } from "../../worker/metadata/tree.ts";
import { answer, answerRef, flavor, guarded, json, open, schemaRef } from "./answers.ts";
import type { Answer, Content, Operation, Parameter, Paths } from "./types.ts";

/** Booleans take every spelling that Google's parser does, and any other word is false: no enumeration. */
export const word = (name: string, description: string): Parameter => ({
  name,
  in: "query",
  description: `${description}: \`true\`, \`1\`, \`yes\`, \`y\`, \`on\`, \`t\` in any case, or no value; any other word is false`,
  schema: { type: "string", examples: ["true"] },
});

/** What every read of the tree takes. */
export const parameters: Readonly<Record<string, Parameter>> = {
  recursive: word("recursive", "A directory with everything below it"),
  alt: {
    name: "alt",
    in: "query",
    description:
      "Form of the answer; JSON is the default of recursive reads, text of others. A listing has no JSON form",
    schema: { enum: ["json", "text", ""] },
  },
  wait_for_change: word("wait_for_change", "Answers when the node changes; on a directory only with `recursive`"),
  last_etag: {
    name: "last_etag",
    in: "query",
    description: "With `wait_for_change`: answers at once if the node has another ETag already",
    schema: { type: "string" },
  },
  timeout_sec: {
    name: "timeout_sec",
    in: "query",
    description: "With `wait_for_change`: answers with the value as it is after so many seconds",
    schema: { type: "integer", minimum: 0 },
  },
};

const query = Object.keys(parameters).map((name) => ({ $ref: `#/components/parameters/${name}` }));

const value: Readonly<Record<string, Content>> = {
  "application/text": {
    schema: { type: "string" },
    examples: {
      leaf: { summary: "A leaf", value: "emulated-vm" },
      listing: { summary: "A directory: directories end in a slash", value: "attributes/\nid\nname\n" },
      recursive: { summary: "recursive=true&alt=text", value: "attributes/color red\nname emulated-vm\n" },
    },
  },
  "application/json": { schema: schemaRef("Node"), example: { attributes: { color: "red" }, name: "emulated-vm" } },
};

/** A value as text or JSON, with its ETag. */
export const valueAnswer: Answer = answer("The value, the listing, or everything below", value, ["ETag"]);

const read = { ...guarded, "200": answerRef("Value"), "503": answerRef("Unavailable") };
export const missing = { "404": answerRef("NotFound") };

/** Describes a GET of the tree. */
export function reads(operationId: string, summary: string, more: Partial<Operation> = {}): Operation {
  const { parameters: own = [], responses = {}, ...rest } = more;
  return {
    operationId,
    summary,
    tags: ["metadata"],
    security: flavor,
    parameters: [...own, ...query],
    responses: { ...read, ...responses },
    ...rest,
  };
}

/** A listing above the tree: fixed, without an ETag, without queries. */
function top(operationId: string, body: string, summary: string): Operation {
  return {
    operationId,
    summary,
    description: "On gke it needs `Metadata-Flavor: Google` too.",
    tags: ["metadata"],
    security: [...open, {}, ...flavor],
    responses: {
      ...guarded,
      "200": answer(summary, { "application/text": { schema: { const: body }, example: body } }),
    },
  };
}

const redirect = (operationId: string, security: Operation["security"]): Operation => ({
  operationId,
  summary: "Redirects to the path with a slash",
  tags: ["metadata"],
  security,
  responses: { ...guarded, "301": answerRef("WithSlash") },
});

const legacy = (operationId: string): Operation => ({
  operationId,
  summary: "Versions before v1: gone",
  description: "403 with a sentence of its own while the attribute `disable-legacy-endpoints` is TRUE.",
  tags: ["metadata"],
  security: [{}],
  responses: { ...guarded, "404": answerRef("NotFound") },
});

/** Nodes that are listed, but answer with an error until somebody sets them up. */
function absent(operationId: string, status: "412" | "503", body: Readonly<Record<string, Content>>): Operation {
  const summary = status === "412" ? "Workload identity: not configured" : "The next maintenance, once there is one";
  return reads(operationId, summary, { responses: { ...missing, [status]: answer("There is nothing yet", body) } });
}

const notConfigured = { "text/plain": { schema: { type: "string" } } } as const;
const path: Parameter = {
  name: "path",
  in: "path",
  required: true,
  description:
    "Names from the root, joined by slashes (sent as they are, not escaped); a directory's path ends in a slash, without it the answer redirects",
  schema: schemaRef("Path"),
  examples: {
    leaf: { value: "instance/name" },
    directory: { value: "instance/network-interfaces/0/" },
    redirected: { value: "instance/attributes" },
    attribute: { value: "instance/attributes/color" },
    project: { value: "project/project-id" },
  },
};

export const metadataPaths = (): Paths => ({
  "/": { get: top("listTop", "computeMetadata/\n", "The top of the server") },
  "/computeMetadata": { get: redirect("redirectTop", [{}]) },
  "/computeMetadata/": { get: top("listVersions", "v1/\n", "The versions") },
  "/computeMetadata/v1": { get: redirect("redirectVersion", flavor) },
  "/computeMetadata/v1/": { get: reads("readRoot", "The whole tree, or its listing") },
  "/computeMetadata/v1/{path}": {
    get: reads("readNode", "A node of the tree", {
      parameters: [path],
      responses: { "301": answerRef("WithSlash"), ...missing },
    }),
  },
  "/computeMetadata/v1/instance/upcoming-maintenance": {
    get: absent(
      "readUpcomingMaintenance",
      "503",
      json({ type: "object", required: ["error"], properties: { error: { type: "string" } } }),
    ),
  },
  ...Object.fromEntries(
    ["config-status", "trust-anchors", "workload-identities"].map((name) => [
      `/computeMetadata/v1/instance/gce-workload-certificates/${name}`,
      {
        get: absent(
          `read-${name}`.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
          "412",
          notConfigured,
        ),
      },
    ]),
  ),
  "/computeMetadata/v1beta1/": { get: legacy("readBeta") },
  "/0.1/meta-data/": { get: legacy("readLegacy") },
});

/** Returns the paths of every directory and leaf of the default machine. */
export function knownPaths(): readonly string[] {
  return pathsBelow(buildTree(completeDocument("vm", {}), additionsOf.vm), "");
}

function pathsBelow(directory: Directory, prefix: string): readonly string[] {
  return [...directory.entries].flatMap(([name, node]) => {
    if (node.kind === "directory") return [`${prefix}${name}/`, ...pathsBelow(node, `${prefix}${name}/`)];
    return node.kind === "leaf" ? [prefix + name] : [];
  });
}
