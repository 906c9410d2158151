import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { faultPage } from "../../harness/fault-page.ts";

it("docs/fault-matrix.md is what its tables say", () => {
  expect(readFileSync("docs/fault-matrix.md", "utf8")).toBe(faultPage());
});
