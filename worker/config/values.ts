/**
 * Single values as people give them, by flag or variable: which one wins, and what each must look like. A secret's value
 * never appears in a problem.
 *
 * @module
 */
import type { Problems } from "../lib/problems.ts";
import type { Environment } from "./flag-values.ts";

/** A value and where it came from, e.g. `--project-id`, `GOOGLE_PROJECT_ID`. */
export interface Given<T = string> {
  readonly value: T;
  readonly at: string;
}

/** Returns the first variable that is set. An empty one, or one of blanks, counts as unset. */
export function fromEnvironment(env: Environment, ...names: readonly string[]): Given | undefined {
  for (const at of names) {
    const value = env[at]?.trim();
    if (value !== undefined && value !== "") return { value, at };
  }
  return undefined;
}

/** Returns the flag's value, else the first variable that is set. */
export function given(
  flag: string,
  value: string | undefined,
  env: Environment,
  ...names: readonly string[]
): Given | undefined {
  return value === undefined || value.trim() === ""
    ? fromEnvironment(env, ...names)
    : { value: value.trim(), at: flag };
}

/**
 * As `given`, for a list: the flag's list, else a variable with commas or blanks between its members. A member that is
 * missing between two commas is a problem: most often a shell variable that was not set.
 */
export function givenList(
  flag: string,
  value: readonly string[] | undefined,
  { env, names }: { readonly env: Environment; readonly names: readonly string[] },
  problems: Problems,
): Given<readonly string[]> | undefined {
  const found = given(flag, value?.join(","), env, ...names);
  if (found === undefined) return undefined;
  if (found.value.split(",").some((member) => member.trim() === "")) problems.add(found.at, "Has an empty element");
  return { value: listOf(found.value), at: found.at };
}

/** Splits at commas and blanks; drops empty members. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((member) => member !== "");
}

/** Returns the value when it is one of `allowed`, in any case. */
export function oneOf<T extends string>(
  found: Given | undefined,
  allowed: readonly T[],
  problems: Problems,
): T | undefined {
  if (found === undefined) return undefined;
  const value = allowed.find((name) => name === found.value.toLowerCase());
  if (value === undefined) problems.add(found.at, `Must be one of ${allowed.join(", ")}`);
  return value;
}

/** Returns the value when it matches; `rule` says what it must be. */
export function matching(
  found: Given | undefined,
  pattern: RegExp,
  rule: string,
  problems: Problems,
): string | undefined {
  if (found === undefined) return undefined;
  if (pattern.test(found.value)) return found.value;
  problems.add(found.at, rule);
  return undefined;
}

/** What can stand in a path and in a tree: an e-mail, a project id, a zone. */
export const PLAIN = /^[^\s/]+$/;
/** An e-mail as far as it matters here: what an impersonation URL can hold. */
export const EMAIL = /^[^\s/@:?#]+@[^\s/@:?#]+$/;
export const DIGITS = /^(0|[1-9]\d*)$/;
/** The id of an instance of Cloud Run: far longer than a number of Compute Engine. */
export const HEXADECIMAL = /^[0-9a-f]+$/i;
/** What an HTTP header can carry without folding or quoting. */
export const VISIBLE = /^[\x21-\x7e]+$/;

/** Returns Host names in the form in which they are compared: lower case, no trailing dot. Refuses ports and URLs. */
export function hostNames(names: readonly string[], at: string, problems: Problems): string[] {
  return names.flatMap((name) => {
    const host = name.trim().toLowerCase().replace(/\.$/, "");
    if (/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/.test(host)) return [host];
    problems.add(at, "Must be a host name or address without scheme, port, path or wildcard");
    return [];
  });
}

/** Returns `object` without the members that are `undefined`. */
export function present<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
