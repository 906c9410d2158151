/**
 * Plays a scenario and shows where in it we are.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { parseScenario, type ScenarioStep } from "./scenario.ts";
import type { Session } from "./session.ts";

const example = `[
  { "at": "2s", "set": { "instance/attributes/phase": "warm" } },
  { "at": "5s", "event": { "type": "preemption" } }
]`;

interface Run {
  readonly steps: readonly ScenarioStep[];
  readonly startedAt: number;
}

export function Player({ session }: { session: Session }) {
  const [text, setText] = useState(example);
  const [run, setRun] = useState<Run>();
  const [done, setDone] = useState<ReadonlyMap<number, string>>(new Map());
  const [problem, setProblem] = useState("");
  const timers = useRef<ReturnType<typeof setTimeout>[]>([]);
  const stop = () => {
    for (const timer of timers.current) clearTimeout(timer);
    timers.current = [];
    setRun(undefined);
  };
  useEffect(() => stop, []);

  const play = () => {
    try {
      const steps = parseScenario(text);
      const note = (index: number, what: string) => setDone((before) => new Map([...before, [index, what]]));
      setProblem("");
      setDone(new Map());
      setRun({ steps, startedAt: Date.now() });
      timers.current = steps.map((step, index) =>
        setTimeout(() => {
          playStep(step, session).then(
            () => note(index, "done"),
            (error: unknown) => note(index, error instanceof Error ? error.message : String(error)),
          );
        }, step.atMs),
      );
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <section class="card" aria-labelledby="scenario">
      <h2 id="scenario">Scenario</h2>
      <label class="block">
        <span>Steps as JSON: at, and event, set, delete or faults</span>
        <textarea rows={5} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <div class="toolbar">
        <button type="button" onClick={play}>
          Play
        </button>
        <button type="button" disabled={run === undefined} onClick={stop}>
          Stop
        </button>
      </div>
      {problem !== "" && (
        <p role="alert" class="said failed">
          {problem}
        </p>
      )}
      {run !== undefined && <Timeline run={run} done={done} />}
    </section>
  );
}

async function playStep({ calls }: ScenarioStep, session: Session): Promise<void> {
  for (const { body, method, path } of calls) await session.send(method, path, body);
}

function Timeline({ run, done }: { run: Run; done: ReadonlyMap<number, string> }) {
  const length = Math.max(1, ...run.steps.map(({ atMs }) => atMs));
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsed(Math.min(length, Date.now() - run.startedAt)), 100);
    return () => clearInterval(timer);
  }, [run]);
  return (
    <>
      <progress max={length} value={elapsed} aria-label="Progress of the scenario" />
      <ol class="timeline">
        {run.steps.map(({ atMs, label }, index) => (
          <li key={index} class={done.has(index) ? "done" : ""}>
            <span class="time">{(atMs / 1000).toFixed(1)} s</span> {label}{" "}
            <span class="note">{done.get(index) ?? "to come"}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
