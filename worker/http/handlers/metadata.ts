/**
 * `/computeMetadata/v1/…`: finds the node that a path means and answers in the real server's way: value, listing,
 * redirect, or a wait for its next change (mds-behaviour.md 2, 3).
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { Kept } from "../../lib/kept.ts";
import { type MetadataQuery, parseMetadataQuery, QueryError } from "../../metadata/query.ts";
import { type Rendered, renderLeaf, renderListing, renderRecursive } from "../../metadata/render.ts";
import type { Found, Snapshot } from "../../metadata/snapshot.ts";
import type { Directory, Leaf } from "../../metadata/tree.ts";
import type { Call } from "../call.ts";
import { type Answer, type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

/** What stands below `/computeMetadata/v1`. */
export const versionPath = "/computeMetadata/v1";

/** What a target means, found out once: gives the answer each time. */
export type Plan = (call: Call) => Answer;

type PlanEndpoint = (call: Call, found: Found) => Plan;

/** A plan, and how many characters it holds. */
interface Sized {
  readonly plan: Plan;
  readonly size: number;
}

/** Builds the handler of reads. `endpoint` is for `token` and `identity`. */
export function createMetadataHandler(instance: Instance, style: Style, endpoint: PlanEndpoint): Plan {
  let version = 0;
  /** For one version of the metadata. */
  const plans = new Kept<Plan>();
  const woken = new Kept<Reply>();

  return (call) => {
    const snapshot = current();
    const { target } = call;
    const known = plans.get(target);
    if (known !== undefined) return known(call);
    const { plan, size } = planOf(call, snapshot);
    plans.keep(target, plan, size);
    return plan(call);
  };

  /** The metadata as it is now; what was kept for an older version is gone. */
  function current(): Snapshot {
    const snapshot = instance.snapshot();
    if (snapshot.version !== version) {
      version = snapshot.version;
      plans.clear();
      woken.clear();
    }
    return snapshot;
  }

  /** Throws a `QueryError` where the target cannot be meant. */
  function planOf(call: Call, snapshot: Snapshot): Sized {
    const { found, slash } = locate(call.path, snapshot);
    if (found === undefined) return always(style.notFound(call.target));
    const { node, path } = found;
    // The address in it is the client's own.
    if (node.kind === "directory" && !slash) return made((again) => redirect(again, style));
    if (node.kind !== "directory" && slash) return always(style.notFound(call.target));
    if (node.kind === "endpoint") return made(endpoint(call, found));
    if (node.kind === "absent") return always(reply(style.server, node.status, node.contentType, node.body));
    const query = parseMetadataQuery(call.search);
    if (query.wait) return made((again) => waitAndAnswer(again, path, node, query, snapshot));
    return always(answer(style, render(node, query), snapshot.etag(path)));
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
    return answerNow(call, path, query);
  }

  /** The same answer for everyone whom one change has woken. */
  function answerNow(call: Call, path: string, query: MetadataQuery): Reply {
    const now = current();
    const { target } = call;
    const known = woken.get(target);
    if (known !== undefined) return known;
    const { found } = locate(call.path, now);
    if (found === undefined || (found.node.kind !== "directory" && found.node.kind !== "leaf"))
      return style.notFound(target);
    const fresh = answer(style, render(found.node, query), now.etag(path));
    woken.keep(target, fresh, fresh.body.length);
    return fresh;
  }
}

/** A plan that makes its answer each time. */
const made = (plan: Plan): Sized => ({ plan, size: 0 });

const always = (answered: Reply): Sized => ({ plan: () => answered, size: answered.body.length });

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
