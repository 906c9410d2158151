/**
 * That the comparison behind the wire contract can fail, in each of the ways it is there for.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import type { Expectation } from "../../contract/wire/rule.ts";
import { checkResponse, fill } from "../../harness/check-response.ts";
import { parseResponse } from "../../harness/parse.ts";

const good: readonly string[] = [
  "HTTP/1.1 200 OK",
  "Metadata-Flavor: Google",
  "Content-Type: application/text",
  "Date: Tue, 18 Apr 2023 11:20:43 GMT",
  "Server: Metadata Server for VM",
  "Content-Length: 2",
  "X-XSS-Protection: 0",
  "X-Frame-Options: SAMEORIGIN",
];

function problems(head: readonly string[], expected: Partial<Expectation> = {}, body = "hi", elapsedMs = 0): string[] {
  const parsed = parseResponse(Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`), "GET", true);
  if (parsed === undefined) throw new Error("The test's answer is not complete");
  return checkResponse({ response: parsed.response, elapsedMs }, { status: 200, ...expected }, "node", { etag: "abc" });
}

const without = (name: string): string[] => good.filter((line) => !line.startsWith(name));
const withLine = (from: string, to: string): string[] => good.map((line) => (line.startsWith(from) ? to : line));

it("finds a header that lets other web origins read", () => {
  expect(problems([...good, "access-control-allow-credentials: true"])).toEqual([
    "access-control-allow-credentials is there",
  ]);
});

describe("checkResponse", () => {
  it("is content with a right answer", () => {
    expect(problems(good, { headers: { "Content-Type": "application/text" }, body: "hi", absent: ["ETag"] })).toEqual(
      [],
    );
  });

  it.each([
    ["a wrong status", good, { status: 404 }, "status is 200, not 404"],
    [
      "a header in lower case",
      withLine("Metadata-Flavor", "metadata-flavor: Google"),
      {},
      "metadata-flavor instead of Metadata-Flavor",
    ],
    ["a missing standing header", without("X-Frame-Options"), {}, "X-Frame-Options is missing"],
    ["a missing Date", without("Date"), {}, "Date is missing or doubled"],
    ["a doubled header", [...good, "Metadata-Flavor: Google"], {}, "Metadata-Flavor is there 2 times"],
    ["a header that must be absent", [...good, "etag: x"], { absent: ["ETag"] }, "ETag is there: x"],
    [
      "a wrong value",
      good,
      { headers: { "Content-Type": "text/html" } },
      'Content-Type is "application/text", not text/html',
    ],
    ["a missing Content-Length", without("Content-Length"), {}, "Content-Length is missing or doubled"],
    ["a leak of google", [...good, "Via: google"], {}, "Via mentions google: google"],
    ["another body", good, { body: "ho" }, 'body is "hi", not "ho"'],
    ["a body that does not match", good, { body: /^x/ }, 'body "hi" does not match /^x/'],
    ["a body without a sentence", good, { body: { contains: ["h", "z"] } }, 'body "hi" lacks "z"'],
    ["other JSON", good, { body: { json: {} } }, 'body is "hi", not {}'],
    ["a failing check", good, { body: { says: "x", check: () => "no" } }, 'body: no ("hi")'],
    ["an answer that came too late", good, { elapsedMs: { max: -1 } }, "took 0 ms, not 0 to -1"],
    ["an open connection", good.slice(), { version: "1.0" }, "answered as HTTP/1.1"],
  ] as const)("names %s", (_, head, expected, problem) => {
    expect(problems(head, expected)).toContain(problem);
  });

  it("asks for no standing headers where the HTTP layer answers by itself", () => {
    expect(problems(["HTTP/1.1 200 OK", "Content-Length: 2"], { bareOn: ["node"] })).toEqual([]);
    expect(problems(["HTTP/1.1 200 OK", "Content-Length: 2"], { bareOn: ["deno"] })).not.toEqual([]);
  });
});

describe("fill", () => {
  it("puts remembered values into texts and patterns, and leaves quantifiers alone", () => {
    expect(fill("/x?last_etag={etag}&{other}", { etag: "abc" })).toBe("/x?last_etag=abc&{other}");
    const pattern = fill(/^(?!\{etag\})[a-z]{3}$/, { etag: "abc" });
    expect([pattern.test("abc"), pattern.test("xyz")]).toEqual([false, true]);
  });
});
