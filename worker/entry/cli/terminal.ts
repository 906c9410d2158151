/**
 * The way out to people: stdout, stderr, and whether there are colours. What cannot be written on stderr (its disk is full,
 * its reader has gone) is lost, and ends no server.
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
  try {
    process.stderr.write(`${line}\n`);
  } catch {
    // Deno throws what the others tell by an event.
  }
}

/** Says what becomes of a write that fails; without this, a full disk or a reader that has gone ends the process. */
export function hearFailedWrites(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Who has read enough, as `head` has, is told nothing more.
    if (error.code === "EPIPE") return;
    complain(`Cannot write to stdout: ${error.message}`);
    process.exit(1);
  });
}

/** Whether `stream` shows colours: a terminal, and `NO_COLOR` is not set. */
export function hasColours(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}
