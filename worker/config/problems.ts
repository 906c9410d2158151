/**
 * Collects every mistake before anything is refused. The words never contain a value of the configuration: it may be a
 * secret that stands in the wrong place.
 *
 * @module
 */
import { ConfigurationError, type Problem } from "../lib/errors.ts";

/** The mistakes found so far, each once. */
export class Problems {
  readonly #list: Problem[] = [];

  /** Notes a mistake: where it stands and what to do. */
  add(at: string, message: string): void {
    if (!this.#list.some((known) => known.at === at && known.message === message)) this.#list.push({ at, message });
  }

  /** Takes over the problems of a `ConfigurationError`; throws anything else on. */
  absorb(error: unknown): void {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { at, message } of error.problems) this.add(at, message);
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

  /** As `attempt`, for a step that takes time and returns something. */
  async try<T>(step: () => Promise<T>): Promise<T | undefined> {
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

/** Returns the path of a member as people write it: `accounts.ci`, `disks[0]`, `metadata["a.b"]`. */
export function pathOf(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[\w$@-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** Returns what a JSON value is, without saying its content. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "bigint") return "a number";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
