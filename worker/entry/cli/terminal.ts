/**
 * The way out to people: stdout, stderr, and whether there are colours.
 *
 * @module
 */
import process from "node:process";

/** Writes text and a line end to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a line to stderr. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Whether `stream` shows colours: a terminal, and `NO_COLOR` is not set. */
export function hasColours(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}
