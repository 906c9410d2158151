/**
 * Writes `docs/wire-contract.md` from the table of rules, and README's table of differences. `node test/harness/rules-page.ts`
 * writes them, `--check` exits with 1 when one is stale.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { differences } from "../contract/wire/differences.ts";
import { rules } from "../contract/wire/index.ts";
import type { BodyRule, Expectation, Rule, RuleRequest } from "../contract/wire/rule.ts";
import { unknowns } from "../contract/wire/unknown.ts";
import { runtimes } from "./runtime-command.ts";

const root = resolve(import.meta.dirname, "../..");
const file = resolve(root, "docs/wire-contract.md");
const readme = resolve(root, "README.md");
const marks = /(<!-- differences -->\n)[\s\S]*?(<!-- \/differences -->)/;
const command = "node test/harness/rules-page.ts";

const intro = `# The wire contract

This page is written by \`${command}\` from the rules in \`test/contract/wire/\`, the same that
\`test/served/wire.test.ts\` asks of the served worker on every runtime, over raw sockets. Do not edit it.

- **CONFIRMED**: Google's documentation, code of Google's that depends on it, or a capture of a real server.
- **LIKELY**: indirect evidence.
- **UNKNOWN-chosen**: nobody has written it down; what stands here is our choice (see the end of the page).
- **OURS**: a rule of this server that the real one need not have.

Unless a row says otherwise the request is \`GET\` by HTTP/1.1 with \`Host: metadata.google.internal\` and
\`Metadata-Flavor: Google\`, and the answer carries \`Metadata-Flavor: Google\`, \`Server: Metadata Server for VM\`,
\`X-XSS-Protection: 0\`, \`X-Frame-Options: SAMEORIGIN\`, \`Date\` and \`Content-Length\`, in this casing, and no chunked
coding. \`npm start\` (\`wrangler dev\`) passes HTML through a rewriter of its own and sends HTML answers chunked. A test
id is the name to look for in the test's output: \`npx vitest run --project 'served:*' -t ID\`.

Set-ups: \`vm\` is the server without configuration, the others stand in \`test/contract/wire/setups.ts\`.
`;

/** Returns the whole page. */
export function rulesPage(): string {
  const sections = [...groupBy(rules, ({ section }) => section)];
  const counts = [...groupBy(rules, ({ grade }) => grade)].map(([grade, { length }]) => `${length} ${grade}`);
  const parts = [intro, `${rules.length} rules: ${counts.join(", ")}.\n`];
  for (const [section, members] of sections.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))) {
    parts.push(
      `## ${/^\d/.test(section) ? `Section ${section}` : section[0]?.toUpperCase() + section.slice(1)}\n`,
      ruleTable(members),
    );
  }
  parts.push(
    "## Where a runtime cannot\n",
    exceptionTable(),
    "## UNKNOWN: what the real server does is not documented\n",
    unknownTable(),
  );
  return parts.join("\n");
}

function groupBy(all: readonly Rule[], key: (rule: Rule) => string): Map<string, Rule[]> {
  const groups = new Map<string, Rule[]>();
  for (const rule of all) groups.set(key(rule), [...(groups.get(key(rule)) ?? []), rule]);
  return groups;
}

function ruleTable(members: readonly Rule[]): string {
  const rows = members.map(({ id, grade, title, setup = "vm", before = [], request, expect }) => {
    const earlier = before.length === 0 ? "" : `after ${before.map((step) => requestCell(step.request)).join(", ")}: `;
    return [
      cell(title),
      grade,
      `${setup === "vm" ? "" : `*${setup}* `}${earlier}${requestCell(request)}`,
      answerCell(expect),
      code(id),
    ];
  });
  return table(["rule", "grade", "request", "what we answer", "test id"], rows);
}

function exceptionTable(): string {
  const rows = rules.flatMap(({ id, on = {} }) =>
    ([...runtimes, "wrangler"] as const).flatMap((runtime) => {
      const instead = on[runtime];
      if (instead === undefined) return [];
      const name = runtime === "wrangler" ? "`npm start`" : runtime;
      return [[code(id), name, answerCell(instead.expect), cell(instead.why)]];
    }),
  );
  return table(["rule", "where", "what it answers instead", "why"], rows);
}

function unknownTable(): string {
  const rows = unknowns.map(({ section, question, ours, why, rules: ids = [] }) => [
    section,
    cell(question),
    cell(ours),
    cell(why),
    ids.map(code).join(" "),
  ]);
  return table(["section", "not documented", "what we do", "why", "tests"], rows);
}

/** Returns README with its table of differences as it should be. Throws when README has no place for it. */
export function withDifferences(text: string): string {
  if (!marks.test(text)) throw new Error("README.md lacks the marks <!-- differences --> and <!-- /differences -->");
  const known = differences.map(({ what, real, ours }) => [what, real, ours]);
  const chosen = unknowns.map(({ question, ours }) => [cell(question), "not documented", cell(ours)]);
  const rows = [["what", "the real server", "this one"], ...known, ...chosen];
  // The formatter aligns the columns of README's tables.
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = [], ...aligned] = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)));
  const body = table(head, aligned).replace(
    /^\| ---.*$/m,
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
  );
  return text.replace(marks, (_, before: string, after: string) => `${before}\n${body}\n${after}`);
}

function requestCell({ method, target, version, host, flavor, headers = [], body, raw }: RuleRequest): string {
  if (raw !== undefined) return code(raw.trim());
  const notes = [
    ...(host === undefined ? [] : [host === null ? "no Host" : `Host: ${host}`]),
    ...(flavor === undefined ? [] : [flavor === null ? "no Metadata-Flavor" : `Metadata-Flavor: ${flavor}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [body.length > 40 ? `body of ${body.length} bytes` : `body ${JSON.stringify(body)}`]),
  ];
  const line = `${method === undefined ? "" : `${method} `}${target}${version === undefined ? "" : ` HTTP/${version}`}`;
  return [code(line), ...notes.map(code)].join(" ");
}

function answerCell({ status, headers = {}, absent = [], body, elapsedMs, closed }: Expectation): string {
  const parts = [[status].flat().join(" or ")];
  for (const [name, value] of Object.entries(headers)) parts.push(code(`${name}: ${String(value)}`));
  if (body !== undefined) parts.push(bodyText(body));
  if (absent.length > 0) parts.push(`no ${absent.join(", ")}`);
  if (elapsedMs !== undefined)
    parts.push(elapsedMs.min === undefined ? "at once" : `after ${(elapsedMs.min / 1000).toFixed(0)} s`);
  if (closed === true) parts.push("the connection ends");
  return parts.join("; ");
}

function bodyText(body: BodyRule): string {
  if (body === "") return "empty body";
  if (typeof body === "string") return code(shorten(JSON.stringify(body).slice(1, -1)));
  if (body instanceof RegExp) return `matches ${code(shorten(String(body)))}`;
  if ("contains" in body)
    return body.contains.length === 0
      ? ""
      : `contains ${body.contains.map((piece) => code(shorten(piece))).join(", ")}`;
  return "json" in body ? code(JSON.stringify(body.json)) : cell(body.says);
}

const shorten = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}…` : text);
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll(/\r?\n/g, " ");

/** Code in a table cell: a pipe must be escaped even there, and a backtick needs a longer fence. */
function code(text: string): string {
  const clean = text.replaceAll("\r", "").replaceAll("\n", "⏎").replaceAll("|", "\\|");
  return clean.includes("`") ? `\`\` ${clean} \`\`` : `\`${clean}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

function main(check: boolean): void {
  const before = readFileSync(readme, "utf8");
  const wanted = new Map([
    [file, rulesPage()],
    [readme, withDifferences(before)],
  ]);
  for (const [path, page] of wanted) {
    if (!check) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, page);
    } else if (!existsSync(path) || readFileSync(path, "utf8") !== page) {
      console.error(`${path} is stale: run ${command}`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) main(process.argv.includes("--check"));
