import { describe, expect, it } from "vitest";
import { callJson, callUpstream, type UpstreamCall } from "../../../../worker/tokens/google/call.ts";
import { withoutSecrets } from "../../../../worker/tokens/google/words.ts";
import { failureOf } from "../../../contract/source-world.ts";
import { createFakeClock } from "../../../fakes/clock.ts";
import { createFakePlatform } from "../../../fakes/platform.ts";

const url = "https://sts.googleapis.com/v1/token?code=secret-in-the-query";
const call: UpstreamCall = { step: "STS", method: "POST", url, body: "subject_token=foreign-secret" };
const never = new AbortController().signal;

describe("callUpstream", () => {
  it("sends what it was given, follows no redirect and logs no secret", async () => {
    const seen: RequestInit[] = [];
    const platform = createFakePlatform({
      fetch: async (_, init = {}) => {
        seen.push(init);
        return new Response("fine", { status: 201 });
      },
    });
    const answer = await callUpstream(platform, { ...call, headers: { Authorization: "Bearer top-secret" } }, never);
    expect(answer).toEqual({ status: 201, text: "fine" });
    expect(seen[0]).toMatchObject({ method: "POST", redirect: "manual", body: "subject_token=foreign-secret" });
    expect(platform.lines).toHaveLength(1);
    expect(platform.lines[0]).toMatchObject({ level: "debug", fields: { step: "STS", status: 201, ms: 0 } });
    expect(JSON.stringify(platform.lines)).not.toMatch(/secret/);
  });

  it("names origin and path of the endpoint, never the query", async () => {
    const platform = createFakePlatform({ fetch: async () => new Response("no", { status: 404 }) });
    const { message } = await failureOf(callUpstream(platform, call, never));
    expect(message).toContain("https://sts.googleapis.com/v1/token");
    expect(message).not.toContain("secret");
  });

  it.each(["secret of somebody", '["secret"]', '"secret"', "7", "null"])(
    "quotes nothing of an answer that is no JSON object: %s",
    async (text) => {
      const platform = createFakePlatform({ fetch: async () => new Response(text) });
      const error = await failureOf(callJson(platform, call, never));
      expect(error).toMatchObject({ failure: "garbage", step: "STS" });
      expect(error.message).toMatch(/answered 200 with something that is no JSON object$/);
    },
  );

  it.each([
    [0, 300],
    [0.999, 900],
  ])("waits longer from try to try, with jitter (random %s)", async (random, atLeast) => {
    const clock = createFakeClock(0, { autoBelowMs: 5_000 });
    const platform = createFakePlatform({
      clock,
      random: () => random,
      fetch: async () => new Response("", { status: 503 }),
    });
    await failureOf(callUpstream(platform, call, never));
    expect(clock.now()).toBeGreaterThanOrEqual(atLeast * 0.9);
    expect(clock.now()).toBeLessThan(3_000);
    expect(clock.pending).toBe(0);
  });

  it("takes Retry-After as a date", async () => {
    const clock = createFakeClock(Date.parse("2026-11-24T12:00:00Z"), { autoBelowMs: 5_000 });
    const answers = [
      new Response("", { status: 503, headers: { "retry-after": "Tue, 24 Nov 2026 12:00:04 GMT" } }),
      new Response("ok"),
    ];
    const platform = createFakePlatform({ clock, fetch: async () => answers.shift() ?? Response.error() });
    expect((await callUpstream(platform, call, never)).text).toBe("ok");
    expect(clock.now()).toBe(Date.parse("2026-11-24T12:00:04Z"));
  });

  it("bounds a body that never ends by the time of a try", async () => {
    const clock = createFakeClock(0, { autoBelowMs: 5_000 });
    let started = () => {};
    const begun = new Promise<void>((resolve) => (started = resolve));
    const body = () => new ReadableStream({ pull: () => new Promise(() => started()) });
    const platform = createFakePlatform({ clock, fetch: async () => new Response(body()) });
    const controller = new AbortController();
    const failing = failureOf(callUpstream(platform, call, controller.signal));
    await begun;
    await clock.advance(9_999);
    const failed = () => platform.lines.filter(({ message }) => message === "Upstream call failed").length;
    expect(failed()).toBe(0);
    await clock.advance(1);
    expect(failed()).toBe(1);
    controller.abort();
    expect(await failing).toMatchObject({ failure: "unavailable", step: "STS" });
  });

  it("keeps a header that the runtime refuses to send out of the message", async () => {
    const clock = createFakeClock(0, { autoBelowMs: 5_000 });
    const platform = createFakePlatform({
      clock,
      fetch: async (_, init) => new Response(new Headers(init?.headers as HeadersInit).get("authorization")),
    });
    const headers = { Authorization: "Bearer top-secret\nvalue" };
    const error = await failureOf(callUpstream(platform, { ...call, headers }, never));
    expect(error.failure).toBe("unavailable");
    expect(error.message).not.toMatch(/top-secret/);
  });
});

describe("withoutSecrets", () => {
  const sent = {
    url: "https://sts.googleapis.com/v1/token",
    body: "client_secret=sh0rt&audience=%2F%2Fiam.googleapis.com%2Fprojects%2F1&subject_token=aaaa%2Fbbbb-cccc-dddd-eeee-ffff",
    headers: { Authorization: `Basic ${btoa("id:password")}` },
  };

  it.each([
    ["the secret sh0rt is wrong", "the secret [redacted] is wrong"],
    ["bad token aaaa/bbbb-cccc-dddd-eeee-ffff", "bad token [redacted]"],
    ["bad token aaaa%2Fbbbb-cccc-dddd-eeee-ffff", "bad token [redacted]"],
    ["bad token bbbb-cccc-dddd-eeee-f… cut", "bad token [redacted]… cut"],
    ["wrong password", "wrong [redacted]"],
    ["Bearer ya29.c.b0Aaek-x_y leaked", "Bearer [redacted] leaked"],
    ["jwt eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln here", "jwt [redacted] here"],
    ["audience //iam.googleapis.com/projects/1 is unknown", "audience //iam.googleapis.com/projects/1 is unknown"],
    ["two\r\nlines\u0000", "two lines"],
  ])("turns %j into %j", (words, expected) => {
    expect(withoutSecrets(words, sent)).toBe(expected);
  });

  it.each([
    ["a JSON body", { body: JSON.stringify({ token: "aaaa-bbbb-cccc-dddd-eeee" }) }],
    ["the query", { url: "https://sts.googleapis.com/v1/token?code=aaaa-bbbb-cccc-dddd-eeee" }],
  ])("takes out what was sent in %s", (_, call) => {
    const words = "the code aaaa-bbbb-cccc-dddd-eeee is wrong";
    expect(withoutSecrets(words, { url: "https://sts.googleapis.com/v1/token", ...call })).toBe(
      "the code [redacted] is wrong",
    );
  });

  it("cuts at 300 characters", () => {
    expect(withoutSecrets("a b ".repeat(200), sent).length).toBeLessThanOrEqual(300);
  });
});

describe("An upstream that is slow", () => {
  it("is named in the log after one second, once a try", async () => {
    const clock = createFakeClock();
    let answer = (_: Response): void => undefined;
    const platform = createFakePlatform({
      clock,
      fetch: () => new Promise((resolve) => (answer = resolve)),
    });
    const answered = callUpstream(platform, call, never);
    await clock.advance(999);
    expect(platform.lines).toEqual([]);
    await clock.advance(1);
    expect(platform.lines).toEqual([
      {
        level: "info",
        message: 'Waiting for step "STS" at https://sts.googleapis.com/v1/token',
        fields: { step: "STS", endpoint: "sts.googleapis.com" },
      },
    ]);
    answer(new Response("fine"));
    await answered;
    await clock.advance(60_000);
    expect(platform.lines.filter(({ level }) => level === "info")).toHaveLength(1);
  });

  it("is told to who counts, each try with how it ended", async () => {
    const records: unknown[] = [];
    const clock = createFakeClock(0, { autoBelowMs: 5_000 });
    const answers = [new Response("", { status: 503 }), new Response("fine")];
    const platform = createFakePlatform({ clock, fetch: async () => answers.shift() ?? Response.error() });
    await callUpstream({ ...platform, onUpstream: (record) => records.push(record) }, call, never);
    expect(records).toMatchObject([
      { step: "STS", endpoint: "sts.googleapis.com", status: 503 },
      { step: "STS", status: 200 },
    ]);
  });
});
