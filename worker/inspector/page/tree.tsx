/**
 * The section "Tree": every node by both of its names, edited in place.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { NodeView } from "../messages.ts";
import { AddAttribute, Leaf } from "./leaf.tsx";
import { Marks, Names, type TreeContext, Waiting } from "./node-parts.tsx";
import { Said, useAction } from "./parts.tsx";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export function Tree({ state, session }: { state: State; session: Session }) {
  const [find, setFind] = useState("");
  const [outcome, act] = useAction();
  if (state.tree === undefined) return <p class="empty">The tree has not come yet.</p>;
  const { changed, root } = state.tree;
  const context = { session, act, changed: new Set(changed), waiting: state.waiting };
  const shown = find === "" ? root : filtered(root, find.toLowerCase());
  return (
    <>
      <div class="toolbar">
        <label class="grow">
          <span>Find</span>
          <input
            type="search"
            value={find}
            placeholder="a name or a value"
            onInput={(event) => setFind(event.currentTarget.value)}
          />
        </label>
      </div>
      <Said outcome={outcome} />
      <p class="note">
        computeMetadata/v1/ <Waiting count={state.waiting.get("")} />
      </p>
      {shown === undefined ? <p class="empty">Nothing matches.</p> : <Children node={shown} context={context} />}
      <AddAttribute context={context} />
    </>
  );
}

function Children({ node, context }: { node: NodeView; context: TreeContext }) {
  return (
    <ul class="tree">
      {(node.children ?? []).map((child) => (
        <li key={child.path}>
          {child.kind === "directory" ? (
            <Folder node={child} context={context} />
          ) : (
            <Leaf node={child} context={context} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Folder({ node, context }: { node: NodeView; context: TreeContext }) {
  return (
    <details open>
      <summary>
        <Names node={node} /> <Marks path={node.path} context={context} />
      </summary>
      <Children node={node} context={context} />
    </details>
  );
}

function filtered(node: NodeView, find: string): NodeView | undefined {
  if (
    node.path.toLowerCase().includes(find) ||
    node.value?.toLowerCase().includes(find) ||
    node.json.toLowerCase() === find
  )
    return node;
  const children = (node.children ?? []).map((child) => filtered(child, find)).filter((child) => child !== undefined);
  return children.length === 0 ? undefined : { ...node, children };
}
