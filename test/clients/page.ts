/**
 * Writes the results of a run as docs/clients.md: one section a suite, which a run of one language alone replaces, then
 * which rule is proven where. No times and no addresses, so that the page only changes when a result does.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Runtime } from "../harness/runtime-command.ts";
import { rules } from "./rules.ts";
import type { Check, Suite } from "./suite.ts";

/** What one suite has shown. */
export interface Results {
  readonly suite: Suite;
  readonly versions: Readonly<Record<string, string>>;
  /** With a server: the outcomes of each check by runtime. */
  readonly up: ReadonlyMap<string, Row>;
  /** Without one. */
  readonly down: ReadonlyMap<string, Row>;
}

/** One check, and how it ended on each runtime; `undefined` is well. */
export interface Row {
  readonly check: Check;
  readonly outcomes: Map<Runtime, string | undefined>;
}

const titles: Record<Runtime, string> = {
  node: "Node",
  bun: "Bun",
  deno: "Deno",
  workerd: "workerd",
  wrangler: "`npm start`",
};

const intro = readFileSync(join(import.meta.dirname, "page-intro.md"), "utf8");
const outro = readFileSync(join(import.meta.dirname, "page-outro.md"), "utf8");

/** Returns the page with the sections of `results`, the others as they are on the page `before`. */
export function clientsPage(before: string, suites: readonly Suite[], results: readonly Results[]): string {
  const sections = suites.map((suite) => {
    const result = results.find((one) => one.suite === suite);
    return result === undefined ? keptSection(before, suite.name) : section(result);
  });
  return [intro, ...sections, coverage(sections.join("\n")), outro].filter((part) => part !== "").join("\n");
}

function keptSection(before: string, name: string): string {
  const pattern = new RegExp(`^<!-- section ${name} -->\n[\\s\\S]*?^<!-- /section -->\n`, "m");
  return pattern.exec(before)?.[0] ?? "";
}

function section({ suite, versions, up, down }: Results): string {
  // Sorted: a program may print its versions in any order (Java's maps differ from run to run).
  const list = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .sort();
  const columns = suite.runtimes.map((runtime) => titles[runtime]);
  const parts = [`<!-- section ${suite.name} -->`, `## ${suite.title}\n`, `${suite.about}\n`];
  if (list.length > 0) parts.push(`Versions: ${list.join(", ")}.\n`);
  parts.push(table(["client", "what was called, and what came of it", "rules", ...columns], up, suite.runtimes));
  parts.push(
    "Without a server:\n",
    table(["client", "what was called, and what came of it", "result"], down, undefined),
  );
  return `${parts.join("\n")}<!-- /section -->\n`;
}

function table(head: string[], rows: ReadonlyMap<string, Row>, runtimes: readonly Runtime[] | undefined): string {
  const lines = [...rows.values()].map(({ check, outcomes }) => {
    const cells = [check.client, check.what.replaceAll("|", "\\|")];
    if (runtimes === undefined)
      return [...cells, [...outcomes.values()].every((one) => one === undefined) ? "ok" : "fails"];
    return [...cells, check.rules.join(", "), ...runtimes.map((runtime) => outcome(outcomes, runtime))];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function outcome(outcomes: Row["outcomes"], runtime: Runtime): string {
  if (!outcomes.has(runtime)) return "missing";
  return outcomes.get(runtime) === undefined ? "ok" : "fails";
}

/** Which rule is proven by whose clients, read off the tables, so that it holds for kept sections too. */
function coverage(text: string): string {
  const proofs = new Map<string, Set<string>>();
  for (const [, cell = "", client = ""] of text.matchAll(/^\| (?=([^\n]*))(.*?) \|/gm))
    for (const [rule] of (/\| ((?:R\d+(?:, )?)+) \|/.exec(cell)?.[1] ?? "").matchAll(/R\d+/g))
      proofs.set(rule, (proofs.get(rule) ?? new Set()).add(client));
  const lines = Object.entries(rules).map(([rule, text]) => {
    const clients = [...(proofs.get(rule) ?? ["nobody"])].join(", ");
    return `| ${rule} | ${text} | ${clients} |\n`;
  });
  return `## Which client proves which rule\n\n| rule | what it says | clients |\n| --- | --- | --- |\n${lines.join("")}`;
}
