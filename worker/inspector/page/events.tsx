/**
 * The section "Events": what can happen to a machine, what its values became, and scenarios.
 *
 * @module
 */
import { clockTime } from "./format.ts";
import { Said, useAction } from "./parts.tsx";
import { Player } from "./player.tsx";
import type { Session } from "./session.ts";
import type { State, ValueChange } from "./state.ts";

const events: readonly (readonly [type: string, meaning: string])[] = [
  ["preemption", "A spot machine is taken back: instance/preempted becomes TRUE."],
  ["host-maintenance", "Notice of maintenance, a minute later the end of it."],
  ["live-migration", "The machine moves: metadata is away for half a second."],
  ["upcoming-maintenance", "A planned maintenance is announced."],
  ["token-rotation", "Every held token is forgotten."],
];

export function Events({ state, session }: { state: State; session: Session }) {
  const [outcome, act] = useAction();
  return (
    <>
      <ul class="events">
        {events.map(([type, meaning]) => (
          <li key={type}>
            <button
              type="button"
              aria-describedby={`event-${type}`}
              onClick={() => act(`Sent ${type}.`, () => session.send("POST", "events", JSON.stringify({ type })))}
            >
              {type}
            </button>
            <span class="note" id={`event-${type}`}>
              {meaning}
            </span>
          </li>
        ))}
      </ul>
      <Said outcome={outcome} />
      <Player session={session} />
      <section class="card" aria-labelledby="changes">
        <h2 id="changes">What became different</h2>
        {state.changes.length === 0 && <p class="empty">Nothing since this page was opened.</p>}
        <ol class="changes">
          {state.changes.map((change, i) => (
            <li key={`${change.at} ${change.path} ${i}`}>
              <Change change={change} />
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Change({ change: { after, at, before, path } }: { change: ValueChange }) {
  return (
    <>
      <span class="time">{clockTime(at)}</span> <b>{path}</b> {before !== undefined && <del>{short(before)}</del>}{" "}
      {after === undefined ? "removed" : <ins>{short(after)}</ins>}
    </>
  );
}

const short = (value: string) => (value.length > 80 ? `${value.slice(0, 80)}…` : value);
