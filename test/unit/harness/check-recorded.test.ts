/**
 * The comparison with recorded answers: what it lets pass and what it does not.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import type { RecordedAnswer } from "../../contract/recorded/answer.ts";
import { checkRecorded } from "../../harness/check-recorded.ts";

const recorded: RecordedAnswer = {
  source: "CAP",
  section: "1",
  setup: "vm",
  request: { target: "/" },
  status: 200,
  headers: { "Content-Type": "application/text", Date: "then" },
  body: "id 123\n",
  explained: [
    { where: "Date", why: "Another time" },
    { where: "body", why: "Another id", part: /\d+/ },
  ],
};

function answer(body: string, headers: readonly (readonly [string, string])[] = []) {
  const all = [["Content-Type", "application/text"], ["Date", "now"], ...headers] as const;
  return {
    statusLine: "",
    version: "1.1",
    status: 200,
    reason: "OK",
    headers: all,
    body: Buffer.from(body),
    closed: false,
  };
}

const check = (
  body: string,
  more: Partial<RecordedAnswer> = {},
  headers: readonly (readonly [string, string])[] = [],
) => checkRecorded(answer(body, headers), { ...recorded, ...more }, "bun");

describe("A recorded answer", () => {
  it("is met by an answer whose differences are explained", () => {
    expect(check("id 7\n")).toEqual([]);
  });

  it("shows a body that differs elsewhere", () => {
    expect(check("id 7")).toEqual(["body is id 7, recorded id 123\n"]);
  });

  it("shows a status, a header too many, and a header in another casing", () => {
    expect(check("id 7\n", { status: 404 })).toEqual(["status is 200, not 404"]);
    expect(check("id 7\n", {}, [["X-Own", "1"]])).toEqual(["X-Own is 1, recorded undefined"]);
    expect(check("id 7\n", { headers: { "content-type": "application/text", Date: "then" } })).toHaveLength(2);
  });

  it("shows an explanation that explains nothing", () => {
    const idle = { where: "ETag", why: "Another state" };
    expect(check("id 7\n", { explained: [...(recorded.explained ?? []), idle] })).toEqual([
      "nothing to explain at ETag: Another state",
    ]);
  });

  it("wants the pieces of an excerpt in their order", () => {
    const explained = recorded.explained?.slice(0, 1) ?? [];
    expect(check("a b c", { body: ["a", "c"], explained })).toEqual([]);
    expect(check("c b a", { body: ["a", "c"], explained })).toHaveLength(1);
  });

  it("compares the claims of a JWT, not its bytes", () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const jwt = `${part({ alg: "RS256" })}.${part({ sub: "1", aud: "a" })}.xxxx`;
    const explained = recorded.explained?.slice(0, 1) ?? [];
    expect(check(jwt, { claims: true, body: '{"aud":"a","sub":"1"}', explained })).toEqual([]);
    expect(check(jwt, { claims: true, body: '{"aud":"b","sub":"1"}', explained })).toHaveLength(1);
  });
});
