/**
 * A value of the tree in its field, and the form that adds an attribute.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { NodeView } from "../messages.ts";
import { Marks, Names, type TreeContext } from "./node-parts.tsx";
import { submitting, Unseen } from "./parts.tsx";
import { nodePath } from "./scenario.ts";

export function Leaf({ node, context }: { node: NodeView; context: TreeContext }) {
  const { act, session } = context;
  const { kind, path, value = "" } = node;
  const [draft, setDraft] = useState<string>();
  if (kind === "computed" || kind === "absent")
    return (
      <div class="leaf">
        <span class="names">
          <Names node={node} /> <Marks path={path} context={context} />
        </span>
        <span class="note">{kind === "computed" ? "made for each request" : "nothing there now"}</span>
      </div>
    );
  const text = draft ?? value;
  const save = () =>
    act(`Saved ${path}.`, async () => {
      await session.send("PUT", nodePath(path), kind === "text" ? JSON.stringify(text) : text);
      setDraft(undefined);
    });
  const field = {
    "aria-label": path,
    value: text,
    spellcheck: false,
    onInput: (event: { currentTarget: { value: string } }) => setDraft(event.currentTarget.value),
  };
  return (
    <form class={draft === undefined ? "leaf" : "leaf draft"} onSubmit={submitting(save)}>
      <span class="names">
        <Names node={node} /> <Marks path={path} context={context} />
      </span>
      {value.includes("\n") ? <textarea rows={3} {...field} /> : <input {...field} />}
      <button type="submit">
        Save <Unseen>{path}</Unseen>
      </button>
      {isAttribute(path) && (
        <button type="button" onClick={() => act(`Removed ${path}.`, () => session.send("DELETE", nodePath(path)))}>
          Remove <Unseen>{path}</Unseen>
        </button>
      )}
    </form>
  );
}

const isAttribute = (path: string) => /^(?:instance|project)\/attributes\/[^/]+$/.test(path);

/** Adds an attribute of the instance. */
export function AddAttribute({ context: { act, session } }: { context: TreeContext }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const add = () =>
    act(`Added instance/attributes/${name}.`, async () => {
      await session.send("PUT", nodePath(`instance/attributes/${name}`), JSON.stringify(value));
      setName("");
      setValue("");
    });
  return (
    <form class="toolbar" onSubmit={submitting(add)}>
      <label>
        <span>New attribute</span>
        <input required value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="grow">
        <span>Its value</span>
        <input value={value} onInput={(event) => setValue(event.currentTarget.value)} />
      </label>
      <button type="submit">Add attribute</button>
    </form>
  );
}
