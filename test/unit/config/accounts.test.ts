import { describe, expect, it } from "vitest";
import { key, load, local, problems } from "./fixture.ts";

const fixed = { type: "static", accessToken: "at" };
const over = (base: unknown) => ({ type: "impersonated", serviceAccount: "t@p", base });
const accountsOf = async (accounts: unknown, more: object = {}) =>
  (await load({ config: { accounts }, ...more })).accounts;

describe("accounts", () => {
  it("keep what the configuration says, each with the place of its source", async () => {
    const accounts = await accountsOf({
      default: { email: "d@p", scopes: ["s"], aliases: ["main"], source: key },
      ci: { source: over("default") },
      "x@p": { source: fixed },
    });
    expect(accounts).toEqual({
      default: { email: "d@p", scopes: ["s"], aliases: ["main"], source: key, origin: "accounts.default.source" },
      ci: { source: over("default"), origin: "accounts.ci.source" },
      "x@p": { email: "x@p", source: fixed, origin: "accounts.x@p.source" },
    });
  });

  it("serve one without a source by the local issuer", async () => {
    expect((await accountsOf({ default: { email: "d@p" } })).default).toEqual({
      email: "d@p",
      source: local,
      origin: "the local issuer",
    });
  });
});

describe("without an account called default", () => {
  const two = { "a@p": { source: key }, ci: { source: over("a@p") } };

  it("the first one is it, keeps its e-mail, and bases that name it follow", async () => {
    const accounts = await accountsOf(two);
    expect(Object.keys(accounts)).toEqual(["default", "ci"]);
    expect(accounts.default).toEqual({ email: "a@p", source: key, origin: "accounts.a@p.source" });
    expect(accounts.ci?.source).toEqual(over("default"));
  });

  it("follows bases inside of bases", async () => {
    const { ci } = await accountsOf({ a: { source: key }, ci: { source: over(over("a")) } });
    expect(ci?.source).toEqual(over(over("default")));
  });

  it("one with that alias goes before the first", async () => {
    const accounts = await accountsOf({ ...two, "b@p": { aliases: ["default"], source: fixed } });
    expect(accounts.default).toMatchObject({ email: "b@p", source: fixed });
    expect(Object.keys(accounts)).toContain("a@p");
  });

  it("the one that the tree shows as the machine's own goes before the first", async () => {
    const metadata = { instance: { serviceAccounts: { default: { email: "b@p" } } } };
    const { accounts } = await load({ config: { metadata, accounts: { ...two, "b@p": { source: fixed } } } });
    expect(accounts.default).toMatchObject({ email: "b@p", source: fixed });
  });

  it("a credential of flags or variables is it, and the others stay", async () => {
    const accounts = await accountsOf(two, { env: { GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(fixed) } });
    expect(accounts.default?.source).toEqual(fixed);
    expect(accounts.ci?.source).toEqual(over("a@p"));
    expect(accounts["a@p"]?.source).toEqual(key);
  });

  it("static tokens and impersonation lie over the first one", async () => {
    const statics = await accountsOf(two, { env: { GOOGLE_ID_TOKEN: "id" } });
    expect(statics.default?.source).toEqual({ type: "static", idToken: "id", base: key });
    const target = await accountsOf(two, { env: { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "x@p" } });
    expect(target.default?.source).toEqual({ type: "impersonated", serviceAccount: "x@p", delegates: [], base: key });
  });
});

describe("accounts that cannot be", () => {
  it.each([
    [
      "an unknown base, with the nearest name",
      { builder: { source: key }, ci: { source: over("bulider") } },
      ['accounts.ci.source.base: Unknown account, did you mean "builder"?'],
    ],
    [
      "an unknown base below a base",
      { a: { source: over(over("zzzzzz")) } },
      ["accounts.a.source.base.base: Unknown account"],
    ],
    [
      "a base of itself",
      { default: { source: over("default") } },
      ["accounts.default.source: Is its own base: default -> default"],
    ],
    [
      "a circle",
      { default: { source: key }, a: { source: over("b") }, b: { source: over("a") } },
      ["accounts.a.source: Is its own base: a -> b -> a", "accounts.b.source: Is its own base: b -> a -> b"],
    ],
    [
      "a name that no path can hold",
      { "a/b": { source: key } },
      ['accounts["a/b"]: A name must not contain blanks or slashes'],
    ],
  ])("are refused: %s", async (_, accounts, lines) => {
    expect(await problems({ config: { accounts } })).toEqual(lines);
  });
});
