/**
 * What mistakes call things: where something stands, and what kind of thing it is.
 *
 * @module
 */

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
