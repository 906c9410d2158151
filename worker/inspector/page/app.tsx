/**
 * The frame of the page: who is looked at, whether the stream is alive, and the sections.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { Events } from "./events.tsx";
import { Faults } from "./faults.tsx";
import { Requests } from "./requests.tsx";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";
import { Tokens } from "./tokens.tsx";
import { Tree } from "./tree.tsx";

const sections = { Requests, Tokens, Tree, Events, Faults } as const;
type Section = keyof typeof sections;
const names = Object.keys(sections) as Section[];

export type Connection = "connecting" | "live" | "lost";

const connections: Readonly<Record<Connection, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Connection lost, trying again",
};

export function App({ state, session, connection }: { state: State; session: Session; connection: Connection }) {
  const [current, setCurrent] = useState<Section>("Requests");
  const Panel = sections[current];
  const { hello } = state;
  return (
    <>
      <header>
        <h1>Inspector</h1>
        <p>{hello === undefined ? "" : `${hello.preset} on ${hello.runtime}, version ${hello.version}`}</p>
        <p role="status" class={`connection ${connection}`}>
          {connections[connection]}
        </p>
      </header>
      <main>
        <Tabs current={current} onChoose={setCurrent} />
        <div role="tabpanel" id="panel" aria-labelledby={`tab-${current}`}>
          <Panel state={state} session={session} />
        </div>
      </main>
    </>
  );
}

function Tabs({ current, onChoose }: { current: Section; onChoose: (section: Section) => void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const at = names.indexOf(current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    const next = to === undefined ? undefined : names[(to + names.length) % names.length];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Sections" onKeyDown={onKeyDown}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls="panel"
          aria-selected={name === current}
          tabIndex={name === current ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
