/**
 * Small parts that every section uses.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Returns the time, anew every second: for what shrinks. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** A word on a coloured ground. */
export function Badge({ kind, children }: { kind: string; children: ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

/** What a screen reader needs and an eye does not. */
export function Unseen({ children }: { children: ComponentChildren }) {
  return <span class="unseen">{children}</span>;
}

/** Runs `run` instead of what the browser does with a form that is sent. */
export function submitting(run: () => void): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    run();
  };
}

/** What came of an action; screen readers say it when it comes. */
export interface Outcome {
  readonly text: string;
  readonly failed?: boolean;
}

/** Shows an outcome. */
export function Said({ outcome }: { outcome: Outcome | undefined }) {
  return (
    <p role="status" class={outcome?.failed === true ? "said failed" : "said"}>
      {outcome?.text}
    </p>
  );
}

/** Runs an action; returns it and what came of the last run. */
export function useAction(): [Outcome | undefined, (done: string, run: () => Promise<void>) => void] {
  const [outcome, setOutcome] = useState<Outcome>();
  const act = (done: string, run: () => Promise<void>) => {
    run().then(
      () => setOutcome({ text: done }),
      (error: unknown) => setOutcome({ text: error instanceof Error ? error.message : String(error), failed: true }),
    );
  };
  return [outcome, act];
}
