/**
 * The section "Faults": rules that make answers go wrong.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { FaultView } from "../messages.ts";
import { Said, submitting, useAction } from "./parts.tsx";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export function Faults({ state, session }: { state: State; session: Session }) {
  const [outcome, act] = useAction();
  const replace = (rules: readonly FaultView[], done: string) =>
    act(done, () => session.send("PUT", "faults", JSON.stringify(rules.map(({ rule }) => rule))));
  return (
    <>
      <AddRule
        onAdd={(rule, added) => act("Added.", () => session.send("POST", "faults", JSON.stringify(rule)).then(added))}
      />
      <Said outcome={outcome} />
      {state.faults.length === 0 ? (
        <p class="empty">No fault rule is in force: every answer is as it should be.</p>
      ) : (
        <ul class="faults">
          {state.faults.map((fault, i) => (
            <li key={i}>
              <code>{fault.rule.path}</code> <span>{effectOf(fault)}</span>
              <span class="note">struck {fault.struck === 1 ? "once" : `${fault.struck} times`}</span>
              <button
                type="button"
                onClick={() =>
                  replace(
                    state.faults.filter((other) => other !== fault),
                    "Removed.",
                  )
                }
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function effectOf({ rule: { path: _, ...effects } }: FaultView): string {
  return Object.entries(effects)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

type Rule = Readonly<Record<string, string | number | boolean>>;

function AddRule({ onAdd }: { onAdd: (rule: Rule, added: () => void) => void }) {
  const empty = { path: "", status: "", delayMs: "", times: "", body: "", kind: "" };
  const [fields, setFields] = useState(empty);
  const set = (name: keyof typeof empty) => (event: { currentTarget: { value: string } }) =>
    setFields({ ...fields, [name]: event.currentTarget.value });
  const rule: Rule = {
    path: fields.path,
    ...(fields.status === "" ? {} : { status: Number(fields.status) }),
    ...(fields.delayMs === "" ? {} : { delayMs: Number(fields.delayMs) }),
    ...(fields.times === "" ? {} : { times: Number(fields.times) }),
    ...(fields.body === "" ? {} : { body: fields.body }),
    ...(fields.kind === "" ? {} : { [fields.kind]: true }),
  };
  return (
    <form class="toolbar" onSubmit={submitting(() => onAdd(rule, () => setFields(empty)))}>
      <label class="grow">
        <span>Path</span>
        <input
          required
          value={fields.path}
          placeholder="/computeMetadata/v1/instance/**"
          spellcheck={false}
          onInput={set("path")}
        />
      </label>
      <label class="short">
        <span>Status</span>
        <input inputMode="numeric" value={fields.status} placeholder="503" onInput={set("status")} />
      </label>
      <label class="short">
        <span>Delay, ms</span>
        <input inputMode="numeric" value={fields.delayMs} onInput={set("delayMs")} />
      </label>
      <label class="short">
        <span>Times</span>
        <input inputMode="numeric" value={fields.times} placeholder="always" onInput={set("times")} />
      </label>
      <label>
        <span>Body</span>
        <input value={fields.body} onInput={set("body")} />
      </label>
      <label>
        <span>Connection</span>
        <select value={fields.kind} onChange={set("kind")}>
          <option value="">stays</option>
          <option value="drop">dropped</option>
          <option value="truncate">cut in the middle</option>
        </select>
      </label>
      <button type="submit">Add</button>
    </form>
  );
}
