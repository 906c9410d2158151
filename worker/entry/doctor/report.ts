/**
 * The doctor's findings for people and for programs.
 *
 * @module
 */
import type { Finding, Level } from "./findings.ts";

const titles: Readonly<Record<Finding["area"], string>> = {
  environment: "Variables of this shell",
  files: "Files",
  machine: "Machine",
  clients: "What clients find first",
  token: "Token of the server that these flags start",
};

const codes: Readonly<Record<Level, number>> = { ok: 32, info: 36, warn: 33, fail: 31 };
const escapeCode = String.fromCharCode(27);

/** Returns the report as text, with colours for a terminal. */
export function humanReport(findings: readonly Finding[], colours: boolean): string {
  const sections = Object.entries(titles).flatMap(([area, title]) => {
    const own = findings.filter((finding) => finding.area === area);
    return own.length === 0 ? [] : [title, ...own.flatMap((finding) => lines(finding, colours)), ""];
  });
  return withoutSecretPaths([...sections, summary(findings)].join("\n"));
}

/** Returns the report as JSON. */
export function jsonReport(findings: readonly Finding[]): string {
  return withoutSecretPaths(JSON.stringify({ ok: !isBad(findings), findings }, undefined, 2));
}

/** A report is shown around, and the address of a server in capability mode has its secret in it. */
function withoutSecretPaths(text: string): string {
  return text.replace(/\/s\/[\w-]{22,}/g, "/s/[redacted]");
}

/** Whether something is wrong. */
export function isBad(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === "fail");
}

function lines({ advice, check, level, message }: Finding, colours: boolean): string[] {
  const word = colours ? `${escapeCode}[${codes[level]}m${level.padEnd(4)}${escapeCode}[0m` : level.padEnd(4);
  return [`  ${word}  ${check}: ${message}`, ...(advice === undefined ? [] : [`        ${advice}`])];
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const [bad, doubtful] = [count("fail"), count("warn")];
  if (bad === 0 && doubtful === 0) return "All is well";
  const words = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  return `${words(bad, "problem")}, ${words(doubtful, "warning")}`;
}
