/**
 * What README.md and the pages of docs/ say, done: every example runs as it is written, against a fake Google where a
 * credential is needed, and prints what the document shows.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument, patternOf } from "./blocks.ts";
import { runExample } from "./session.ts";
import { createWorld, type World } from "./world.ts";

const pages = readdirSync("docs").filter((name) => name.endsWith(".md"));
const documents = ["README.md", ...pages.map((name) => `docs/${name}`)].map((name) => ({
  name,
  ...parseDocument(readFileSync(name, "utf8")),
}));

/** Whose tokens come out of README's examples with real credentials. */
const subjects: Readonly<Record<string, string>> = {
  workerd: "app@my-project.iam.gserviceaccount.com",
  "service-account": "app@my-project.iam.gserviceaccount.com",
  impersonation: "robot@my-project.iam.gserviceaccount.com",
  delegates: "prod@my-project.iam.gserviceaccount.com",
  "impersonation-file": "prod@my-project.iam.gserviceaccount.com",
  "federation-file":
    "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/my-pool/subject/my-job",
  "federation-url": "robot@my-project.iam.gserviceaccount.com",
  "federation-executable": "robot@my-project.iam.gserviceaccount.com",
  "federation-aws": "robot@my-project.iam.gserviceaccount.com",
  "federation-certificate": "robot@my-project.iam.gserviceaccount.com",
  federate: "robot@my-project.iam.gserviceaccount.com",
  user: "jane@example.com",
  workforce: "principal://jane",
  broker: "app@my-project.iam.gserviceaccount.com",
};

let world: World;
beforeAll(async () => {
  // The library's examples import the package, which is what was built last.
  execFileSync(process.execPath, ["build/package.js", "--if-stale"], { stdio: "inherit" });
  world = await createWorld();
});
afterAll(() => world.close());

describe("README.md", () => {
  it("shows every source that is looked after here", () => {
    const shown = documents.filter(({ name }) => name === "README.md").flatMap(({ examples }) => examples);
    expect(shown.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(subjects)));
  });
});

describe.each(documents)("$name", ({ name: document, examples, unmarked }) => {
  it("has no block of commands that nobody runs without saying why", () => {
    expect(unmarked).toEqual([]);
  });

  it.for(examples.map((example) => [example.name, example] as const))(
    "%s: prints what it shows",
    async ([name, example]) => {
      const violations = world.fake.google.violations.length;
      const outcomes = await runExample(example, world);
      expect(outcomes.length).toBeGreaterThan(0);
      for (const { command, expected, printed } of outcomes) expect(printed, command).toMatch(patternOf(expected));
      expect(world.fake.google.violations.slice(violations)).toEqual([]);
      if (document === "README.md" && subjects[name] !== undefined)
        expect(subjectsIn(outcomes.map(({ printed }) => printed).join("\n"))).toEqual([subjects[name]]);
    },
  );
});

/** The accounts whose access tokens a text shows. */
function subjectsIn(text: string): string[] {
  const tokens = [...text.matchAll(/"access_token":"([^"]+)"/g)].map(([, token = ""]) => token);
  return [...new Set(tokens.map((token) => world.fake.google.issuer.issued.get(token)?.subject ?? "nobody"))];
}
