/**
 * `/computeMetadata/v1/…`: finds the node that a path means and answers in the real server's way: value, listing,
 * redirect, or a wait for its next change (mds-behaviour.md 2, 3).
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { type MetadataQuery, parseMetadataQuery, QueryError } from "../../metadata/query.ts";
import { type Rendered, renderLeaf, renderListing, renderRecursive } from "../../metadata/render.ts";
import type { Found, Snapshot } from "../../metadata/snapshot.ts";
import type { Directory, Leaf } from "../../metadata/tree.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

/** What stands below `/computeMetadata/v1`. */
export const versionPath = "/computeMetadata/v1";

/** Answers kept for one version of the metadata: the same few targets are asked again and again. */
const maxKept = 1_000;

type AnswerEndpoint = (call: Call, found: Found) => Promise<Reply>;

/** Builds the handler of reads. `endpoint` answers `token` and `identity`. */
export function createMetadataHandler(
  instance: Instance,
  style: Style,
  endpoint: AnswerEndpoint,
): (call: Call) => Promise<Reply> {
  let kept = new Map<string, Reply>();
  let version = 0;

  return async (call) => {
    const snapshot = instance.snapshot();
    if (snapshot.version !== version) {
      kept = new Map();
      version = snapshot.version;
    }
    const known = kept.get(call.target);
    if (known !== undefined) return known;
    const answer = await answerRead(call, snapshot);
    if (answer.keep && kept.size < maxKept && snapshot.version === version) kept.set(call.target, answer.reply);
    return answer.reply;
  };

  async function answerRead(call: Call, snapshot: Snapshot): Promise<{ reply: Reply; keep: boolean }> {
    const { found, slash } = locate(call.path, snapshot);
    if (found === undefined) return { reply: style.notFound(call.target), keep: false };
    const { node } = found;
    if (node.kind === "directory" && !slash) return { reply: redirect(call, style), keep: false };
    if (node.kind !== "directory" && slash) return { reply: style.notFound(call.target), keep: false };
    if (node.kind === "endpoint") return { reply: await endpoint(call, found), keep: false };
    if (node.kind === "absent")
      return { reply: reply(style.server, node.status, node.contentType, node.body), keep: false };
    const query = parseMetadataQuery(call.search);
    if (query.wait) return { reply: await waitAndAnswer(call, found.path, node, query, snapshot), keep: false };
    return { reply: answer(style, render(node, query), snapshot.etag(found.path)), keep: true };
  }

  async function waitAndAnswer(
    call: Call,
    path: string,
    node: Directory | Leaf,
    query: MetadataQuery,
    seen: Snapshot,
  ): Promise<Reply> {
    if (node.kind === "directory" && !query.recursive) {
      throw new QueryError("Invalid Request: wait_for_change works on a value, or on a directory with recursive=true");
    }
    const etag = seen.etag(path) ?? "";
    if (query.lastEtag === undefined || query.lastEtag === etag) {
      call.trace.waited = true;
      const timeoutMs = query.timeoutSeconds === undefined ? undefined : query.timeoutSeconds * 1000;
      const outcome = await instance.wait({ path, etag, timeoutMs, signal: call.signal });
      if (outcome === "closed") return style.error(503, "The server is shutting down.");
      if (outcome === "full") return style.error(503, "Too many requests are waiting for a change. Try again later.");
    }
    const now = instance.snapshot();
    const { found } = locate(call.path, now);
    if (found === undefined || (found.node.kind !== "directory" && found.node.kind !== "leaf"))
      return style.notFound(call.target);
    return answer(style, render(found.node, query), now.etag(path));
  }
}

/** Finds what a path means. Doubled slashes right below the version count as one (clients.md R26). */
export function locate(path: string, snapshot: Snapshot): { found: Found | undefined; slash: boolean } {
  const below = path.slice(versionPath.length).replace(/^\/+/, "");
  if (below === "") return { found: { node: snapshot.root, path: "" }, slash: path.length > versionPath.length };
  const slash = below.endsWith("/");
  return { found: snapshot.find(slash ? below.slice(0, -1) : below), slash };
}

function render(node: Directory | Leaf, { recursive, alt }: MetadataQuery): Rendered {
  if (node.kind === "leaf") return renderLeaf(node, alt);
  if (recursive) return renderRecursive(node, alt);
  // Undocumented on the real server; a listing has no JSON form, and saying so beats inventing one.
  if (alt === "json") throw new QueryError("Invalid Request: alt=json on a directory needs recursive=true");
  return renderListing(node);
}

function answer(style: Style, { body, contentType }: Rendered, etag: string | undefined): Reply {
  return reply(style.server, 200, contentType, body, { etag });
}

/** 301 to the directory's own path, made from the request's Host; the query stays behind the slash. */
export function redirect(call: Call, style: Style): Reply {
  const query = call.search === "" ? "" : `?${call.search}`;
  return reply(style.server, 301, "text/html", `${call.path}/\n`, {
    headers: { Location: `${call.origin}${call.path}/${query}` },
  });
}
