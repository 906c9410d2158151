/**
 * Results that are remembered by their text.
 *
 * @module
 */
import { expect, it } from "vitest";
import { remembered } from "../../../worker/lib/remembered.ts";

/** A function that says how often it was called. */
function counted() {
  const calls: string[] = [];
  const of = remembered((text: string) => {
    calls.push(text);
    return { text };
  });
  return { calls, of };
}

it("makes a result once for each text", () => {
  const { calls, of } = counted();
  expect(of("/a")).toBe(of("/a"));
  expect(of("/b")).toEqual({ text: "/b" });
  expect(calls).toEqual(["/a", "/b"]);
});

it("forgets all when a thousand others came, and never keeps a long text", () => {
  const { calls, of } = counted();
  for (let i = 0; i < 1_001; i++) of(`/${i}`);
  of("/0");
  expect(calls.filter((text) => text === "/0")).toHaveLength(2);
  const long = "x".repeat(1_025);
  of(long);
  of(long);
  expect(calls.filter((text) => text === long)).toHaveLength(2);
});

it("keeps nothing of what throws", () => {
  let tries = 0;
  const of = remembered(() => {
    tries++;
    throw new TypeError("no such thing");
  });
  expect(() => of("/a")).toThrow("no such thing");
  expect(() => of("/a")).toThrow("no such thing");
  expect(tries).toBe(2);
});
