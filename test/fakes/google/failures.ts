/**
 * Failures that a test orders in advance, and gates that hold requests until the test opens them. No sleeping.
 *
 * @module
 */
import type { Outcome } from "../google.ts";
import type { Incoming } from "./request.ts";

export interface Failure {
  /** End of the path, e.g. `/token` or `:generateAccessToken`. */
  readonly path: string;
  /** Default 500. */
  readonly status?: number;
  /** Default: an OAuth error. A function sees the request, e.g. to repeat what it holds. */
  readonly body?: string | ((request: Incoming) => string);
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answers. */
  readonly hang?: boolean;
  /** Breaks the connection. */
  readonly reset?: boolean;
  /** How many requests fail so. Default 1. */
  readonly times?: number;
}

export class FailurePlan {
  #failures: { readonly failure: Failure; left: number }[] = [];
  readonly #gates = new Map<string, Promise<void>>();
  #stopped = 0;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  add(failure: Failure): void {
    this.#failures.push({ failure, left: failure.times ?? 1 });
  }

  /** Forgets what is left of the failures. */
  clear(): void {
    this.#failures = [];
  }

  hold(ending: string): () => void {
    let open = (): void => undefined;
    this.#gates.set(ending, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(ending);
      open();
    };
  }

  /** Returns what happens to a request in the place of an answer, after the gates on its way. */
  async next(request: Incoming): Promise<Outcome | undefined> {
    const { path } = request;
    for (const [ending, gate] of this.#gates) {
      if (!path.endsWith(ending)) continue;
      this.#stop();
      await gate;
    }
    const planned = this.#failures.find(({ failure }) => path.endsWith(failure.path));
    if (planned === undefined) return undefined;
    planned.left--;
    if (planned.left <= 0) this.#failures = this.#failures.filter((other) => other !== planned);
    const {
      body = '{"error":"internal_failure","error_description":"Ordered by the test"}',
      hang,
      headers = {},
      reset,
      status = 500,
    } = planned.failure;
    if (hang === true) this.#stop();
    if (hang === true || reset === true) return hang === true ? "hang" : "reset";
    return new Response(typeof body === "string" ? body : body(request), {
      status,
      headers: { "content-type": "application/json", ...headers },
    });
  }

  get stopped(): number {
    return this.#stopped;
  }

  waiting(count: number): Promise<void> {
    if (this.#stopped >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  #stop(): void {
    this.#stopped++;
    for (const { count, resolve } of this.#watchers) if (this.#stopped >= count) resolve();
    this.#watchers = this.#watchers.filter(({ count }) => this.#stopped < count);
  }
}
