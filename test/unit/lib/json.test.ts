import { describe, expect, it } from "vitest";
import { type JsonObject, objectFrom, parseJson, stringifyJson } from "../../../worker/lib/json.ts";

const evil = '{"__proto__":{"polluted":"yes"},"constructor":"c"}';

function expectOrdinary(object: JsonObject): void {
  expect(Object.keys(object)).toEqual(["__proto__", "constructor"]);
  expect(object.polluted).toBeUndefined();
  expect(stringifyJson(object)).toBe(evil);
}

describe("The key __proto__", () => {
  it("is one of the others in an object that is built", () => {
    expectOrdinary(
      objectFrom([
        ["__proto__", { polluted: "yes" }],
        ["constructor", "c"],
      ]),
    );
  });

  it("is one of the others in an object that is read", () => {
    expectOrdinary(parseJson(evil) as JsonObject);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("JSON that is nested", () => {
  const lists = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

  it.each([
    ["lists", lists],
    ["objects", objects],
  ])("is read to 500 levels of %s, and refused in words below them", (_, nested) => {
    expect(stringifyJson(parseJson(nested(500)))).toBe(nested(500));
    expect(() => parseJson(nested(501))).toThrow("nested more than 500 levels deep");
    // The parser's own stack ends somewhere beyond.
    expect(() => parseJson(nested(200_000))).toThrow(SyntaxError);
  });
});
