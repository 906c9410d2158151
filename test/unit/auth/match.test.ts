/** Which claims a rule takes for its own. */
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../worker/auth/identity.ts";
import { mismatch } from "../../../worker/auth/match.ts";
import type { ClientSettings } from "../../../worker/config/settings.ts";

const identity = (claims: Identity["claims"], rest: Partial<Identity> = {}): Identity => ({
  ...{ way: "issuer", name: "gh", client: "gh:1", claims },
  ...rest,
});

type Match = ClientSettings["match"];

describe("A rule", () => {
  it.each<[string, Match, Identity]>([
    ["a claim that it names", { issuer: "gh", claims: { repository: "org/*" } }, identity({ repository: "org/app" })],
    ["one of several patterns", { issuer: "gh", claims: { ref: ["a", "b"] } }, identity({ ref: "b" })],
    ["a member of a list", { issuer: "gh", claims: { groups: "dev" } }, identity({ groups: ["ops", "dev"] })],
    ["a claim within a claim", { issuer: "gh", claims: { k: { ns: "prod" } } }, identity({ k: { ns: "prod" } })],
    ["a secret", { secret: "ci" }, identity({}, { way: "secret", name: "ci" })],
    [
      "an assertion",
      { access: true, claims: { email: "*@x" } },
      identity({ email: "a@x" }, { way: "access", name: "" }),
    ],
  ])("is for %s", (_, match, one) => {
    expect(mismatch(match, one)).toBeUndefined();
  });

  it.each<[string, Match, Identity]>([
    ["another value", { issuer: "gh", claims: { repository: "org/*" } }, identity({ repository: "other/app" })],
    ["a claim that is missing", { issuer: "gh", claims: { repository: "*" } }, identity({})],
    ["what every object has", { issuer: "gh", claims: { constructor: "*" } }, identity({})],
    ["what every object within has", { issuer: "gh", claims: { k: { toString: "*" } } }, identity({ k: {} })],
    ["an object in the place of a word", { issuer: "gh", claims: { k: "*" } }, identity({ k: { ns: "prod" } })],
    ["nothing in the place of a word", { issuer: "gh", claims: { k: "*" } }, identity({ k: null })],
    ["no claims at all", { issuer: "gh" }, identity({ sub: "1" })],
    ["another issuer", { issuer: "gl", claims: { sub: "1" } }, identity({ sub: "1" })],
    ["another secret", { secret: "ci" }, identity({}, { way: "secret", name: "other" })],
    ["a secret of an issuer's name", { issuer: "gh", claims: { sub: "*" } }, identity({}, { way: "secret" })],
    ["an issuer of a secret's name", { secret: "gh" }, identity({ sub: "1" })],
    [
      "an assertion where an issuer is meant",
      { issuer: "gh", claims: { sub: "1" } },
      identity({ sub: "1" }, { way: "access" }),
    ],
  ])("is not for %s", (_, match, one) => {
    expect(mismatch(match, one)).toEqual(expect.any(String));
  });
});
