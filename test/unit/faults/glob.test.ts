import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGlob } from "../../../worker/faults/glob.ts";

const v1 = "/computeMetadata/v1/";
const token = "instance/service-accounts/default/token";

/** What a rooted glob means, in the words of a regular expression. */
function pattern(glob: string): RegExp {
  const source = glob.replace(/(?:\*{2,}\/)+|\*{2,}|[*?]|[^*?]+/g, (part) => {
    if (part.startsWith("**")) return part.endsWith("/") ? "(?:.*/)?" : ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "s");
}

describe("A glob", () => {
  it.each([
    ["*", "/anything/at/all", true],
    ["/computeMetadata/v1/instance/id", `${v1}instance/id`, true],
    ["instance/id", `${v1}instance/id`, true],
    ["instance/*", `${v1}instance/id`, true],
    ["instance/*", `${v1}instance/attributes/k`, false],
    ["instance/**", `${v1}instance/attributes/k`, true],
    ["**/token", `${v1}${token}`, true],
    ["token", `${v1}${token}`, true],
    ["token", `${v1}instance/attributes/tokens`, false],
    ["*token*", `${v1}instance/attributes/tokens`, true],
    ["instance/service-accounts/*/token", `${v1}${token}`, true],
    ["instance/**/token", `${v1}instance/token`, true],
    ["instance/i?", `${v1}instance/id`, true],
    ["instance/i?", `${v1}instance/i/`, false],
    ["instance/a.c", `${v1}instance/abc`, false],
    ["/computeMetadata/v1/**", "/computeMetadata/", false],
  ])("%s on %s: %s", (glob, path, matches) => {
    expect(createGlob(glob)(path)).toBe(matches);
  });

  it("agrees with a regular expression on arbitrary texts", () => {
    const text = (units: readonly string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });
    fc.assert(
      fc.property(text(["*", "*", "?", "a", "b", ".", "/"]), text(["a", "b", ".", "/", "\n"]), (glob, path) => {
        expect(createGlob(`/${glob}`)(`/${path}`)).toBe(pattern(`/${glob}`).test(`/${path}`));
      }),
    );
  });

  // With a regular expression that goes back, none of these ends before the test runner's patience does.
  it.each([
    ["stars between the same character", `/${"*-".repeat(400)}+`, `/${"-".repeat(6_000)}`],
    ["letters behind stars", `/${"*a".repeat(60)}b`, `/${"a".repeat(6_000)}`],
    ["letters behind stars over segments", `/${"**a".repeat(60)}b`, `/${"a".repeat(6_000)}`],
    ["stars over segments", `/${"**/*a".repeat(100)}/b`, `/${"a/".repeat(3_000)}`],
    ["single characters between stars", `/${"*?".repeat(60)}b`, `/${"a".repeat(6_000)}`],
  ])("ends where a pattern would go back and back: %s", (_, glob, path) => {
    expect(createGlob(glob)(path)).toBe(false);
    expect(createGlob(glob)(`${path}${glob.at(-1)}`)).toBe(true);
  });
});
