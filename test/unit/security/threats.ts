/**
 * What SECURITY.md claims, read: the rows of the table of threats, and the entries of the service's list.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export interface Threat {
  readonly threat: string;
  readonly defence: string;
  /** Files, folders (with a slash at the end) and ids of rules, as they are named. */
  readonly tests: readonly string[];
}

const text = readFileSync(resolve(import.meta.dirname, "../../../SECURITY.md"), "utf8");

/** Returns what stands below a title of the second rank. */
export const section = (page: string, title: string): string =>
  page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** Rows of the table. */
export const tableRows: readonly Threat[] = section(text, "Threats")
  .split("\n")
  .filter((line) => /^\| (?!threat|-)/.test(line))
  .map((line) => {
    const [threat = "", defence = "", tested = ""] = line
      .split("|")
      .slice(1)
      .map((cell) => cell.trim());
    return { threat, defence, tests: namesIn(tested) };
  });

/** Entries of the list of the service, which say "threat: defence `test`". */
export const serviceEntries: readonly Threat[] = section(text, "The authenticated service")
  .split(/^(?=- )/m)
  .slice(1)
  .map((entry) => {
    const [threat = "", defence = ""] = entry.slice(2).split(/:(.*)/s);
    return { threat, defence: defence.trim(), tests: namesIn(entry).filter((name) => name.startsWith("test/")) };
  });

/** All of them. */
export const threats: readonly Threat[] = [...tableRows, ...serviceEntries];
