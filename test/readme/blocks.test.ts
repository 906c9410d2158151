import { describe, expect, it } from "vitest";
import { parseDocument, patternOf } from "./blocks.ts";

const markdown = [
  "<!-- example: one -->",
  "```json a.json",
  "{}",
  "```",
  "```sh",
  "npm start",
  "```",
  "```console",
  "$ echo a \\",
  "    b",
  "a b",
  "$ true",
  "```",
  "## Next",
  "```sh",
  "forgotten",
  "```",
  "<!-- not run: needs root -->",
  "```sh",
  "excused",
  "```",
].join("\n");

describe("parseDocument", () => {
  it("takes files, commands and transcripts apart", () => {
    expect(parseDocument(markdown).examples).toEqual([
      {
        name: "one",
        blocks: [
          { kind: "file", name: "a.json", text: "{}\n" },
          { kind: "commands", text: "npm start" },
          {
            kind: "transcript",
            steps: [
              { command: "echo a \\\n    b", output: "a b" },
              { command: "true", output: "" },
            ],
          },
        ],
      },
    ]);
  });

  it("reports commands outside of examples, unless a reason stands before them", () => {
    expect(parseDocument(markdown).unmarked).toEqual(["line 15: forgotten"]);
  });
});

describe("patternOf", () => {
  it.each([
    ["a.b", "a.b", true],
    ["a.b", "axb", false],
    ["id …", "id 12", true],
    ["a…b", "a\nb", false],
    ["a\n…\nc", "a\nb\nb\nc", true],
    ['{"expires_in":3599}', '{"expires_in":3598}', true],
    ["a", "a b", false],
  ])("%j fits %j: %s", (shown, printed, fits) => {
    expect(patternOf(shown).test(printed)).toBe(fits);
  });
});
