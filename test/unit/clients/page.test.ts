import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { suites } from "../../clients/languages.ts";
import { clientsPage, type Results, type Row } from "../../clients/page.ts";
import { type Check, readLines, type Suite } from "../../clients/suite.ts";
import type { Runtime } from "../../harness/runtime-command.ts";

const suite = (name: string): Suite => ({
  name,
  title: `Title of ${name}`,
  runtimes: ["node", "workerd"],
  places: ["loopback"],
  needs: [],
  about: "About it.",
  prepare() {},
  sources: [],
  command: () => ({ program: "true", args: [], env: {} }),
});
const [first, second] = [suite("first"), suite("second")];

const check = (client: string, rules: string[]): Check => ({ client, what: `calls a|b of ${client}`, rules });
const row = (one: Check, ...outcomes: [Runtime, string | undefined][]): [string, Row] => [
  one.what,
  { check: one, outcomes: new Map(outcomes) },
];

function results(of: Suite, client: string, rules: string[]): Results {
  const up = new Map([row(check(client, rules), ["node", undefined], ["workerd", "it broke"])]);
  const down = new Map([row({ ...check(client, []), what: "fails" }, ["node", undefined])]);
  return { suite: of, versions: { [client]: "1.2.3" }, up, down };
}

describe("the page of clients", () => {
  const whole = clientsPage(
    "",
    [first, second],
    [results(first, "a-client", ["R1", "R12"]), results(second, "b-client", ["R1"])],
  );

  it("has a row for each check, with the outcome on each runtime", () => {
    expect(whole).toContain("| a-client | calls a\\|b of a-client | R1, R12 | ok | fails |\n");
    expect(whole).toContain("| a-client | fails | ok |\n");
    expect(whole).toContain("Versions: a-client 1.2.3.\n");
  });

  it("says which clients prove a rule, and which rule nobody proves", () => {
    expect(whole).toMatch(/^\| R1 \| .* \| a-client, b-client \|$/m);
    expect(whole).toMatch(/^\| R12 \| .* \| a-client \|$/m);
    expect(whole).toMatch(/^\| R2 \| .* \| nobody \|$/m);
  });

  it("keeps the sections of suites that were not run, and their proofs", () => {
    const after = clientsPage(whole, [first, second], [results(second, "c-client", ["R2"])]);
    expect(after).toContain("| a-client | calls a\\|b of a-client | R1, R12 | ok | fails |\n");
    expect(after).not.toContain("b-client");
    expect(after).toMatch(/^\| R1 \| .* \| a-client \|$/m);
    expect(after).toMatch(/^\| R2 \| .* \| c-client \|$/m);
  });

  it("is the same after the same results", () => {
    const again = [results(first, "a-client", ["R1", "R12"]), results(second, "b-client", ["R1"])];
    expect(clientsPage(whole, [first, second], again)).toBe(whole);
  });
});

describe("docs/clients.md", () => {
  it("has a section for each suite, and nothing that the next run would change but results", () => {
    const page = readFileSync("docs/clients.md", "utf8");
    for (const { name } of suites) expect(page).toContain(`<!-- section ${name} -->`);
    expect(clientsPage(page, suites, [])).toBe(page);
    expect(page).not.toContain("nobody");
  });
});

describe("what a program printed", () => {
  const line = JSON.stringify(check("a-client", ["R1"]));

  it("is its checks and versions, whatever else it printed", () => {
    const printed = `a warning\n{"versions":{"a-client":"1.2.3"}}\n${line}\n{"done":true}\n`;
    expect(readLines(printed)).toEqual({ checks: [check("a-client", ["R1"])], versions: { "a-client": "1.2.3" } });
  });

  it("is refused without its last line, without a check, and with a rule that is none", () => {
    expect(() => readLines(`${line}\n`)).toThrow("ended before its last check");
    expect(() => readLines('{"done":true}\n')).toThrow("made no check");
    expect(() => readLines(`${line.replace("R1", "R27")}\n{"done":true}\n`)).toThrow("Unknown rule R27");
  });
});
