/**
 * Collects every mistake before anything is refused. The words never contain a value of the configuration: it may be a
 * secret that stands in the wrong place.
 *
 * @module
 */
import { ConfigurationError, type Problem } from "./errors.ts";

/** The mistakes found so far, each once. */
export class Problems {
  readonly #list: Problem[] = [];

  /** Notes a mistake: where it stands and what to do. */
  add(at: string, message: string): void {
    if (!this.#list.some((known) => known.at === at && known.message === message)) this.#list.push({ at, message });
  }

  /** Notes mistakes that were found elsewhere. */
  addAll(problems: readonly Problem[]): void {
    for (const { at, message } of problems) this.add(at, message);
  }

  /** Takes over the problems of a `ConfigurationError`; throws anything else on. */
  absorb(error: unknown): void {
    if (!(error instanceof ConfigurationError)) throw error;
    this.addAll(error.problems);
  }

  get all(): readonly Problem[] {
    return this.#list;
  }

  /** Runs a check that throws a `ConfigurationError`, and takes over its problems. */
  attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.absorb(error);
    }
  }

  /** As `attempt`, for a step that may take time and returns something. */
  async try<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.absorb(error);
      return undefined;
    }
  }

  get count(): number {
    return this.#list.length;
  }

  /** Throws one `ConfigurationError` with everything noted, if there is anything. */
  throwIfAny(): void {
    if (this.#list.length > 0) throw new ConfigurationError(this.#list);
  }
}

/**
 * Runs steps that do not need each other, one after the other, and returns what they return. Throws one
 * `ConfigurationError` with the mistakes of all; anything else that is thrown ends it.
 */
export async function gather<const Steps extends readonly (() => unknown)[]>(
  ...steps: Steps
): Promise<{ -readonly [Index in keyof Steps]: Awaited<ReturnType<Steps[Index]>> }> {
  const problems = new Problems();
  const results: unknown[] = [];
  for (const step of steps) results.push(await problems.try(step));
  problems.throwIfAny();
  return results as { -readonly [Index in keyof Steps]: Awaited<ReturnType<Steps[Index]>> };
}

/** Runs every check. Throws one `ConfigurationError` with the mistakes of all. */
export function assertAll(...checks: readonly (() => void)[]): void {
  const problems = new Problems();
  for (const check of checks) problems.attempt(check);
  problems.throwIfAny();
}
