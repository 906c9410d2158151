import { describe, expect, it } from "vitest";
import { nearest, suggestion } from "../../../worker/config/nearest.ts";

describe("nearest", () => {
  const known = ["port", "host", "config", "service-account-file", "v"];

  it.each([
    ["prot", "port"],
    ["HOST", "host"],
    ["conf", "config"],
    ["serviceaccountfile", "service-account-file"],
    ["service-account", "service-account-file"],
    ["banana", undefined],
    ["x", undefined],
  ])("takes %s for %s", (word, name) => {
    expect(nearest(word, known)).toBe(name);
  });

  it("has nothing to say when nothing is near", () => {
    expect(suggestion("banana", known)).toBe("");
    expect(suggestion("prot", known)).toBe(', did you mean "port"?');
    expect(suggestion("prot", [])).toBe("");
  });
});
