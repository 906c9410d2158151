import { createHash } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../../worker/auth/authenticate.ts";
import { type Identity, Unauthenticated } from "../../../worker/auth/identity.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createIdentityProvider, fetchOf, type IdentityProvider } from "../../fakes/identity-provider.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

const secret = "correct horse battery staple, and more of it".replaceAll(" ", "-");
const hash = (text: string) => createHash("sha256").update(text).digest("hex");

async function world(more: { jwksUri?: string } = {}) {
  const clock = createFakeClock();
  const provider = await createIdentityProvider({ now: clock.now });
  const { audience, issuer } = provider;
  const auth = {
    secrets: [
      { name: "ci", sha256: hash(secret).toUpperCase() },
      { name: "ci", sha256: hash("the-next-secret-of-the-rotation-of-ci") },
      { name: "short", sha256: hash("short-secret") },
    ],
    issuers: [{ name: "gh", issuer, audience, ...more }],
    access: { certsUrl: `${issuer}/cdn-cgi/access/certs`, audience: "access-audience" },
  };
  const authenticate = createAuthenticator(auth, createFakePlatform({ clock, fetch: fetchOf(provider) }));
  const headers = (given: Readonly<Record<string, string>>) => ({ header: (name: string) => given[name] ?? null });
  const bearer = (token: string) => authenticate(headers({ authorization: `Bearer ${token}` }));
  const reason = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof Unauthenticated) return error.message;
    throw new Error(`was not refused: ${String(error)}`);
  };
  return { clock, provider, authenticate, bearer, headers, reason };
}

const jwksAsked = ({ asked }: IdentityProvider) => asked.filter((path) => path.endsWith("/jwks")).length;
const first = ([identity]: readonly Identity[]) => identity;

describe("bearer secrets", () => {
  it("are known by their hash, in either case of its digits, old and new while they rotate", async () => {
    const { bearer } = await world();
    expect(first(await bearer(secret))).toMatchObject({ way: "secret", name: "ci", client: "ci" });
    expect(first(await bearer("the-next-secret-of-the-rotation-of-ci"))).toMatchObject({ name: "ci" });
  });

  it.each([
    ["another one", "x".repeat(40), "unknown secret"],
    ["one of less than 32 characters, though its hash is configured", "short-secret", "at least 32 characters"],
    ["the hash itself", hash(secret), "unknown secret"],
  ])("refuse %s", async (_, presented, why) => {
    const { bearer, reason } = await world();
    expect(await reason(bearer(presented))).toContain(why);
  });

  it.each([
    ["nothing", {}, "no credential"],
    ["another scheme", { authorization: `Basic ${secret}` }, "not of the form Bearer"],
    ["two values", { authorization: `Bearer ${secret}, Bearer ${secret}` }, "not of the form Bearer"],
    ["a huge value", { authorization: `Bearer ${"x".repeat(20_000)}` }, "longer than"],
  ])("refuse %s", async (_, given, why) => {
    const { authenticate, headers, reason } = await world();
    expect(await reason(authenticate(headers(given)))).toContain(why);
  });

  it("cost no call", async () => {
    const { bearer, provider } = await world();
    await bearer(secret);
    expect(provider.asked).toEqual([]);
  });
});

describe("OIDC tokens", () => {
  it("are verified by the issuer's keys, found by discovery", async () => {
    const { bearer, provider } = await world();
    const token = await provider.token({ repository: "org/app" });
    expect(first(await bearer(token))).toMatchObject({
      way: "issuer",
      name: "gh",
      client: "gh:job",
      issuer: provider.issuer,
      claims: { repository: "org/app" },
    });
    await bearer(token);
    expect(provider.asked).toEqual(["/.well-known/openid-configuration", "/jwks"]);
  });

  it("are verified by the configured key set, without discovery", async () => {
    const { bearer, provider } = await world({ jwksUri: "https://idp.example.com/jwks" });
    await bearer(await provider.token());
    expect(provider.asked).toEqual(["/jwks"]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["expired this second", { exp: Date.parse("2026-11-24T12:00:00Z") / 1000 }, "exp"],
    ["expired", { exp: 1 }, "exp"],
    ["without exp", { exp: undefined }, "exp"],
    ["for another audience", { aud: "https://else.example.com" }, "aud"],
    ["without audience", { aud: undefined }, "aud"],
    ["of another issuer", { iss: "https://evil.example.com" }, "no configured issuer"],
    ["without issuer", { iss: undefined }, "no configured issuer"],
    ["not valid yet", { nbf: Date.parse("2026-11-24T12:05:00Z") / 1000 }, "nbf"],
  ])("are refused when %s", async (_, claims, why) => {
    const { bearer, provider, reason } = await world();
    expect(await reason(bearer(await provider.token(claims)))).toContain(why);
  });

  it("are refused with alg none, with HS256 over the public key, and signed by somebody else", async () => {
    const { bearer, provider, reason } = await world();
    const claims = { sub: "job", repository: "org/app" };
    const unsigned = new UnsecuredJWT(claims).setIssuer(provider.issuer).setAudience(provider.audience);
    expect(await reason(bearer(unsigned.setExpirationTime("1h").encode()))).toBeTruthy();
    const publicKey = new TextEncoder().encode(JSON.stringify(provider.keys[0]));
    const hs256 = new SignJWT({ ...claims, iss: provider.issuer, aud: provider.audience, exp: 4e9 });
    const forged = await hs256.setProtectedHeader({ alg: "HS256", kid: "key-1" }).sign(publicKey);
    expect(await reason(bearer(forged))).toContain("alg");
    const other = await createIdentityProvider({ issuer: provider.issuer, audience: provider.audience });
    expect(await reason(bearer(await other.token()))).toContain("signature");
  });

  it.each(["..", "a.b", "a.b.c", "eyJ.eyJ.x", "eyJhbGciOiJSUzI1NiJ9.e30.", `${"a".repeat(9000)}.b.c`])(
    "are refused when malformed: %s",
    async (text) => {
      const { bearer, provider, reason } = await world();
      expect(await reason(bearer(text))).toBeTruthy();
      expect(provider.asked).toEqual([]);
    },
  );

  it("are accepted with a new key at once when nothing was asked for five seconds, and the old key is gone", async () => {
    const { bearer, clock, provider, reason } = await world();
    const old = await provider.token();
    await bearer(old);
    await provider.rotate();
    await clock.advance(5_000);
    await bearer(await provider.token());
    expect(await reason(bearer(old))).toContain("no applicable key");
  });

  it("are accepted within ten seconds after a key appeared, however often it was asked for before", async () => {
    const { bearer, clock, provider } = await world();
    await bearer(await provider.token());
    await provider.rotate();
    const token = await provider.token();
    let accepted = 0;
    for (let second = 0; second <= 10 && accepted === 0; second++) {
      accepted += await bearer(token).then(
        () => 1,
        () => 0,
      );
      await clock.advance(1_000);
    }
    expect(accepted).toBe(1);
  });

  it("cost one fetch per five seconds when their key ids are invented, also all at once", async () => {
    const { bearer, clock, provider, reason } = await world();
    await bearer(await provider.token());
    const before = jwksAsked(provider);
    for (let round = 0; round < 4; round++) {
      await clock.advance(5_000);
      const tokens = await Promise.all([..."abcdefgh"].map((kid) => provider.token({}, { kid: `${kid}${round}` })));
      await Promise.all(tokens.map((token) => reason(bearer(token))));
    }
    expect(jwksAsked(provider) - before).toBe(4);
  });

  it("are found as soon as ever where the clock was set back", async () => {
    const { bearer, clock, provider, reason } = await world();
    await bearer(await provider.token());
    clock.jump(-5 * 3_600_000);
    await provider.rotate();
    expect(await reason(bearer(await provider.token()))).toContain("key");
    await clock.advance(5_000);
    await bearer(await provider.token());
    // One that was withdrawn goes with the age of the keys, too.
    const asked = jwksAsked(provider);
    await clock.advance(10 * 60_000 + 1);
    await bearer(await provider.token());
    expect(jwksAsked(provider)).toBe(asked + 1);
  });

  it("share the keys of an issuer that is named for two audiences", async () => {
    const { clock, headers, provider } = await world();
    const { issuer } = provider;
    const entries = ["a", "b"].map((name) => ({ name, issuer, audience: `https://${name}.example.com` }));
    const authenticate = createAuthenticator(
      { issuers: entries },
      createFakePlatform({ clock, fetch: fetchOf(provider) }),
    );
    const token = await provider.token({ aud: "https://b.example.com" });
    expect(first(await authenticate(headers({ authorization: `bearer ${token}` })))).toMatchObject({ name: "b" });
    expect(jwksAsked(provider)).toBe(1);
  });

  it("are fetched keys for once when many come first at the same time", async () => {
    const { bearer, provider } = await world();
    const token = await provider.token();
    await Promise.all(Array.from({ length: 20 }, () => bearer(token)));
    expect(jwksAsked(provider)).toBe(1);
  });

  it("are verified by the held keys while the issuer is down, for an hour", async () => {
    const { bearer, clock, provider, reason } = await world();
    await bearer(await provider.token());
    provider.up = false;
    await clock.advance(30 * 60_000);
    await bearer(await provider.token());
    await clock.advance(31 * 60_000);
    expect(await reason(bearer(await provider.token()))).toContain("keys cannot be had");
    provider.up = true;
    await clock.advance(5_000);
    await bearer(await provider.token());
  });
});

describe("assertions of Cloudflare Access", () => {
  it("are verified by its certs; the issuer is their origin", async () => {
    const { authenticate, headers, provider } = await world();
    const assertion = await provider.token({ aud: ["access-audience"], sub: "", common_name: "robot" });
    const identities = await authenticate(headers({ "cf-access-jwt-assertion": assertion }));
    expect(first(identities)).toMatchObject({ way: "access", client: "access:robot", issuer: provider.issuer });
    expect(provider.asked).toEqual(["/cdn-cgi/access/certs"]);
  });

  it("are refused for another application, and beside a good secret too", async () => {
    const { authenticate, headers, provider, reason } = await world();
    const given = { "cf-access-jwt-assertion": await provider.token(), authorization: `Bearer ${secret}` };
    expect(await reason(authenticate(headers(given)))).toContain("aud");
    const foreign = await provider.token({ aud: ["access-audience"], iss: "https://other.example.com" });
    expect(await reason(authenticate(headers({ "cf-access-jwt-assertion": foreign })))).toContain("iss");
  });
});
