/**
 * What is shown of every node of the tree: its names, and what happens to it.
 *
 * @module
 */
import type { NodeView } from "../messages.ts";
import { Badge, type useAction } from "./parts.tsx";
import type { Session } from "./session.ts";

/** What every node of the tree is drawn with. */
export interface TreeContext {
  readonly session: Session;
  readonly changed: ReadonlySet<string>;
  readonly waiting: ReadonlyMap<string, number>;
  readonly act: ReturnType<typeof useAction>[1];
}

/** The name in paths, and the one in JSON where it is another. */
export function Names({ node: { json, kind, name } }: { node: NodeView }) {
  return (
    <>
      <b>{kind === "directory" ? `${name}/` : name}</b>
      {json !== name && <span class="json"> {json}</span>}
    </>
  );
}

/** Whether a node was changed while running, and who waits there. */
export function Marks({ path, context: { changed, waiting } }: { path: string; context: TreeContext }) {
  return (
    <>
      {changed.has(path) && <Badge kind="info">changed</Badge>}
      <Waiting count={waiting.get(path)} />
    </>
  );
}

/** Says that requests wait for a change of a node. */
export function Waiting({ count = 0 }: { count?: number | undefined }) {
  if (count === 0) return null;
  return <Badge kind="warn">{count === 1 ? "waiting" : `waiting ×${count}`}</Badge>;
}
