import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "../../../worker/auth/glob.ts";

describe("matchesGlob", () => {
  it.each([
    ["org/app", "org/app", true],
    ["org/app", "org/App", false],
    ["org/app", "org/app2", false],
    ["org/*", "org/app", true],
    ["org/*", "org/", true],
    ["org/*", "org/app/x", false],
    ["org/*", "evil-org/app", false],
    ["*", "anything", true],
    ["*", "", true],
    ["*", "a/b", false],
    ["*", "a\nb", false],
    ["a*c*e", "abcde", true],
    ["a*c*e", "abde", false],
    ["*ab", "aab", true],
    ["ab*ba", "aba", false],
    ["https://*.example.com", "https://a.example.com", true],
    ["https://*.example.com", "https://a.example.com/", false],
    ["https://*.example.com", "https://evil.com/.example.com", false],
    ["https://*.example.com", "https://aXexampleXcom", false],
    ["refs/heads/*", "refs/heads/main", true],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["a?", "ab", false],
    ["\\d", "1", false],
  ])("%j and %j: %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it("agrees with a regular expression on arbitrary texts", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "\n", "*", "."), maxLength: 10 });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        const source = pattern
          .split("*")
          .map((part) => part.replace(/[.]/g, "\\$&"))
          .join("[^/\\n]*");
        expect(matchesGlob(pattern, subject)).toBe(new RegExp(`^(?:${source})$(?![^])`).test(subject));
      }),
    );
  });

  it("takes no longer for a pattern of many stars", () => {
    expect(matchesGlob(`${"*a".repeat(50)}b`, "a".repeat(20_000))).toBe(false);
  });
});
