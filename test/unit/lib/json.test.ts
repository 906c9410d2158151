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
