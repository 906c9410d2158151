/**
 * Writes docs/fault-matrix.md from the tables of test/contract/faults/; with `--check` says whether the page is current.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { localFaults, matrixSources, wrongClocks } from "../contract/faults/sources.ts";
import { upstreamFaults } from "../contract/faults/upstream.ts";

const command = "node test/harness/fault-page.ts";
const file = resolve(import.meta.dirname, "../../docs/fault-matrix.md");

/** Returns the page. */
export function faultPage(): string {
  const kinds = { access: "access token", id: "ID token" } as const;
  const calls = matrixSources.flatMap((row) =>
    row.calls.map(([step, path]) => [row.name, kinds[row.kind], step, code(path)]),
  );
  const upstream = upstreamFaults.map(({ name, retryAfter, status, tries }) => [
    name,
    String(status),
    String(tries),
    retryAfter === undefined ? "" : `${retryAfter} s`,
  ]);
  const local = localFaults.map(({ name, says, source, status }) => [source, name, String(status), code(says.source)]);
  const clocks = wrongClocks.map(({ ahead, kind, says, seconds, source, status }) => [
    source,
    kinds[kind],
    `${Math.abs(ahead)} min ${ahead < 0 ? "behind" : "ahead"}`,
    says === undefined ? `${status}${seconds === undefined ? "" : `, \`expires_in\` ${seconds}`}` : String(status),
    says === undefined ? "" : code(says.source),
  ]);
  return [
    `<!-- Written by \`${command}\` from test/contract/faults/; do not edit. -->`,
    "# What happens when an upstream fails",
    `Each fault below is put into each call below, ${upstreamFaults.length * calls.length} combinations, and every combination is followed through a
token's life by \`test/unit/tokens/fault-matrix.test.ts\`, on a clock that the test moves. What holds in all of them:`,
    `- **No token held.** The answer has the status of the table, a sentence with the step, the endpoint and the upstream's own
  words, and no secret; the log has the same sentence. It comes within 30 seconds, and is repeated without a call for a
  short while that grows from half a second to ten, or as long as \`Retry-After\` says, up to 19 seconds.
- **The upstream is back.** There is a token at most 20 seconds later.
- **A token is held.** It is served: without a call while it has seven minutes or more, with a renewal in the background
  from then on; in its last five minutes a request waits for a newer one, two seconds at most. No failure shows while it
  lives.
- **The held token is over.** As with no token held. It is never served late, and no answer is ever 200 with something else,
  or 502.`,
    "## Faults of an upstream",
    "A call is tried three times at most, ten seconds each, with pauses of 0.1 to 0.6 seconds or what `Retry-After` says; one of more than five\nseconds is handed on.",
    table(["the upstream", "the client gets", "calls", "`Retry-After`"], upstream),
    "## Calls",
    table(["source", "asked for an", "step in messages", "end of the path"], calls),
    "## Foreign tokens of this machine",
    table(["kind", "fault", "the client gets", "and reads"], local),
    "## A wrong clock",
    "Only assertions and absolute times depend on the clock; a life that is told in seconds is true on any.",
    table(["source", "asked for an", "this machine is", "the client gets", "and reads"], clocks),
  ]
    .join("\n\n")
    .concat("\n");
}

function code(text: string): string {
  return `\`${text.replaceAll("\\", "").replaceAll("|", "\\|")}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return lines.join("\n");
}

function main(check: boolean): void {
  const page = faultPage();
  if (!check) writeFileSync(file, page);
  else if (readFileSync(file, "utf8") !== page) {
    console.error(`docs/fault-matrix.md is stale: run ${command}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) main(process.argv.includes("--check"));
