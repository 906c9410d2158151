/** What an upstream says of its token, believed only where it has the type that it should have. */
import { describe, expect, it } from "vitest";
import { parseJson } from "../../../../worker/lib/json.ts";
import { accessTokenOf, idTokenOf, timedAccessTokenOf } from "../../../../worker/tokens/google/answers.ts";

const call = { step: "STS", method: "POST", url: "https://sts.googleapis.com/v1/token" } as const;
const now = Date.parse("2026-11-24T12:00:00Z");
const garbage = expect.objectContaining({ failure: "garbage", step: "STS" });

const jwt = (claims: object) => `${btoa("{}")}.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.s`;
const seconds = now / 1000;

describe("An OAuth answer", () => {
  const good = { access_token: "t", expires_in: 60, token_type: "Bearer" };

  it.each<[string, object, number]>([
    ["seconds", {}, 60],
    ["seconds as text", { expires_in: "60" }, 60],
    ["a part of a second, which is not counted", { expires_in: 60.9 }, 60],
    ["no type", { token_type: undefined }, 60],
  ])("is a token with %s", (_, more, life) => {
    const { token_type, ...rest } = { ...good, ...more };
    const answer = token_type === undefined ? rest : { ...rest, token_type };
    expect(accessTokenOf(answer, call, now)).toEqual({ value: "t", expiresAt: now + life * 1000 });
  });

  it.each([
    ...["0", "-1", "null", "true", '""', '"-1"', '"1e3"', '"soon"', "[60]", "{}", "99999999999999999999"].map(
      (life) => `{"access_token":"t","token_type":"Bearer","expires_in":${life}}`,
    ),
    '{"access_token":"t","token_type":"Bearer"}',
    ...['"MAC"', "7", "null", '"Bearer "', '["Bearer"]'].map(
      (type) => `{"access_token":"t","expires_in":60,"token_type":${type}}`,
    ),
    ...["7", "null", '""', '" "', '"a b"', '"a\\nb"', '"ä"', '["t"]'].map(
      (token) => `{"access_token":${token},"expires_in":60}`,
    ),
    '{"expires_in":60}',
  ])("is none: %s", (text) => {
    expect(() => accessTokenOf(parseJson(text) as never, call, now)).toThrow(garbage);
  });
});

describe("An answer of IAM Credentials", () => {
  const of = (expireTime: unknown, accessToken: unknown = "t") =>
    timedAccessTokenOf({ accessToken, expireTime } as never, call, now, 3_600);

  it.each([
    ["2026-11-24T12:10:00Z", 600],
    ["2026-11-24T13:10:00.123+01:00", 600.123],
    // By a clock that is slow; nobody asked for more.
    ["2026-11-25T12:00:00Z", 3_600],
  ])("lives until %s, and never longer than was asked for", (expireTime, life) => {
    expect(of(expireTime)).toEqual({ value: "t", expiresAt: now + life * 1000 });
  });

  it.each([
    undefined,
    null,
    7,
    seconds + 60,
    "",
    "tomorrow",
    "2027",
    "2026-11-24",
    "24 Nov 2027",
    "2026-99-24T12:10:00Z",
  ])("is none without a time: %j", (expireTime) => {
    expect(() => of(expireTime)).toThrow(garbage);
  });

  it("is none when it is over, or has no token", () => {
    expect(() => of("2026-11-24T12:00:00Z")).toThrow(garbage);
    expect(() => of("2026-11-24T12:10:00Z", 7)).toThrow(garbage);
  });
});

describe("An ID token", () => {
  it.each<[string, object, number]>([
    ["until its end", { iat: seconds - 60, exp: seconds + 600 }, 600],
    ["by a slow clock as long as it was made for", { iat: seconds + 7_200, exp: seconds + 10_800 }, 3_600],
    ["until its end when it does not say when it was made", { exp: seconds + 600 }, 600],
    ["until its end when it says that badly", { iat: "now", exp: seconds + 600 }, 600],
  ])("lives %s", (_, claims, life) => {
    const value = jwt(claims);
    expect(idTokenOf(value, "token", call, now)).toEqual({ value, expiresAt: now + life * 1000 });
  });

  it.each([
    undefined,
    7,
    "t",
    "a.b.c",
    jwt({}),
    jwt({ exp: "soon" }),
    jwt({ exp: seconds }),
    jwt({ exp: seconds - 1, iat: seconds - 9 }),
  ])("is none: %j", (value) => {
    expect(() => idTokenOf(value, "token", call, now)).toThrow(garbage);
  });
});
