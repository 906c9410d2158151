/**
 * Collects every mistake before anything is refused, and words those that the schema finds. The words never contain a
 * value of the configuration: it may be a secret that stands in the wrong place.
 *
 * @module
 */
import type * as v from "valibot";
import { ConfigurationError, type Problem } from "../lib/errors.ts";
import { isUnknownKey } from "./issues.ts";
import { suggestion } from "./nearest.ts";

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

/**
 * Returns what is wrong according to the schema. `keysAt` gives the known names of the object at a path, for the
 * nearest one.
 */
export function problemsOf(
  issues: readonly v.BaseIssue<unknown>[],
  keysAt: (path: readonly (string | number)[]) => readonly string[],
): Problem[] {
  return issues.map((issue) => {
    const keys = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
    const at = keys.reduce<string>(pathOf, "");
    if (!isUnknownKey(issue)) return { at, message: wording(issue) };
    const unknown = String(keys.at(-1));
    return { at, message: `Unknown key${suggestion(unknown, keysAt(keys.slice(0, -1)))}` };
  });
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  record: "an object",
  strict_object: "an object",
};

/** valibot's own sentences show what they received, so none of them is passed on. */
function wording(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined) return "Is missing";
  const expected = KINDS[issue.type];
  if (expected !== undefined) return `Must be ${expected}, not ${kindOf(issue.input)}`;
  if (issue.type === "picklist")
    return `Must be one of ${(issue.expected ?? "").replaceAll(/[()"]/g, "").replaceAll(" | ", ", ")}`;
  if (issue.kind === "schema" && issue.type !== "custom") return `Cannot be ${kindOf(issue.input)}`;
  return issue.message.startsWith("Invalid ") ? `Is not valid (${issue.type})` : issue.message;
}

/** Returns what a JSON value is, without saying its content. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "bigint") return "a number";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
