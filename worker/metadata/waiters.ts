/**
 * Requests that wait for a change (`wait_for_change=true`, mds-behaviour.md 3.3). Woken by the writer, never by polling:
 * after each change the waiters of a path are woken if the ETag of that path is another one.
 *
 * @module
 */
import type { Clock } from "../platform.ts";
import type { Snapshot } from "./snapshot.ts";

/** How a wait ended: the node changed or went away, the time was up, the client went away, or the server closes. */
export type WaitOutcome = "changed" | "timeout" | "aborted" | "closed" | "full";

export interface WaitRequest {
  readonly path: string;
  /** The ETag that the wait starts from. */
  readonly etag: string;
  /** `undefined`: until a change. */
  readonly timeoutMs: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly etag: string;
  readonly end: (outcome: WaitOutcome) => void;
}

/** Above this many waiting requests a further one is answered 503: each holds a connection and some memory. */
export const maxWaiters = 10_000;

export class Waiters {
  readonly #clock: Clock;
  readonly #maxMs: number | undefined;
  readonly #byPath = new Map<string, Set<Waiter>>();
  #count = 0;
  #closed = false;

  /** `maxMs`: no wait is longer. Default: without end. */
  constructor(clock: Clock, maxMs?: number) {
    this.#clock = clock;
    this.#maxMs = maxMs;
  }

  /** Number of requests that wait now. */
  get count(): number {
    return this.#count;
  }

  /** Paths with the number of requests that wait there. */
  paths(): [path: string, waiting: number][] {
    return [...this.#byPath].map(([path, waiters]) => [path, waiters.size]);
  }

  /** Waits for the next change of `request.path`. Registers at once, so that no change after this call is missed. */
  wait(request: WaitRequest): Promise<WaitOutcome> {
    if (this.#closed) return Promise.resolve("closed");
    if (request.signal?.aborted === true) return Promise.resolve("aborted");
    if (this.#count >= maxWaiters) return Promise.resolve("full");
    return new Promise((resolve) => this.#register(request, resolve));
  }

  #register(request: WaitRequest, resolve: (outcome: WaitOutcome) => void): void {
    const { path, etag, signal } = request;
    const limits = [request.timeoutMs, this.#maxMs].filter((limit) => limit !== undefined);
    const timeoutMs = limits.length === 0 ? undefined : Math.min(...limits);
    const waiters = this.#byPath.get(path) ?? new Set();
    this.#byPath.set(path, waiters);
    const onAbort = () => waiter.end("aborted");
    const cancelTimer = timeoutMs === undefined ? undefined : this.#clock.timer(timeoutMs, () => waiter.end("timeout"));
    const waiter: Waiter = {
      etag,
      end: (outcome) => {
        if (!waiters.delete(waiter)) return;
        this.#count--;
        if (waiters.size === 0 && this.#byPath.get(path) === waiters) this.#byPath.delete(path);
        cancelTimer?.();
        signal?.removeEventListener("abort", onAbort);
        resolve(outcome);
      },
    };
    waiters.add(waiter);
    this.#count++;
    signal?.addEventListener("abort", onAbort, { once: true });
  }

  /** Wakes whoever waits for something that is different in `snapshot`. */
  notify(snapshot: Snapshot): void {
    for (const [path, waiters] of [...this.#byPath]) {
      const etag = snapshot.etag(path);
      for (const waiter of [...waiters]) if (waiter.etag !== etag) waiter.end("changed");
    }
  }

  /** Ends every wait; later ones end at once. */
  close(): void {
    this.#closed = true;
    for (const waiters of [...this.#byPath.values()]) for (const waiter of [...waiters]) waiter.end("closed");
  }
}
