import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { accessToken, audience, buildSource, failureOf, idToken, startMs } from "../../../contract/source-world.ts";

const now = startMs / 1000;

function jwt(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new Uint8Array(32));
}

describe("static", () => {
  it("shows an opaque access token with a life that falls from an hour and begins anew", async () => {
    const { clock, source } = await buildSource(() => ({ config: { type: "static", accessToken: "opaque" } }));
    expect(await accessToken(source)).toEqual({ value: "opaque", expiresAt: startMs + 3_599_000, fixed: true });
    clock.jump(3_000_000);
    expect((await accessToken(source)).expiresAt).toBe(startMs + 3_599_000);
    clock.jump(600_000);
    expect((await accessToken(source)).expiresAt).toBe(startMs + 2 * 3_599_000);
  });

  it("shows no longer life where the clock was set back", async () => {
    const { clock, source } = await buildSource(() => ({ config: { type: "static", accessToken: "opaque" } }));
    clock.jump(3_000_000);
    await accessToken(source);
    clock.jump(-18_000_000);
    expect((await accessToken(source)).expiresAt - clock.now()).toBe(599_000);
    clock.jump(599_000);
    expect((await accessToken(source)).expiresAt - clock.now()).toBe(3_599_000);
  });

  it("reads the life of an access token that is a JWT, and refuses it when that is over", async () => {
    const { clock, source } = await buildSource(async () => ({
      config: { type: "static", accessToken: await jwt({ exp: now + 60 }) },
    }));
    expect((await accessToken(source)).expiresAt).toBe(startMs + 60_000);
    clock.jump(60_000);
    expect(await failureOf(accessToken(source))).toMatchObject({ failure: "refused-request", status: 403 });
  });

  it.each([
    [
      "another audience",
      { aud: "https://other.example", exp: now + 60 },
      /https:\/\/other\.example.*https:\/\/service\.example\.com/,
    ],
    ["its time over", { aud: audience, exp: now - 1 }, /expired/],
  ])("refuses an ID token with %s by a 400 that says so", async (_, claims, words) => {
    const { source } = await buildSource(async () => ({ config: { type: "static", idToken: await jwt(claims) } }));
    const error = await failureOf(idToken(source));
    expect(error).toMatchObject({ failure: "refused-request", status: 400 });
    expect(error.message).toMatch(words);
  });

  it.each([
    ["one of its audiences", async () => jwt({ aud: ["https://other.example", audience], exp: now + 60 })],
    ["any audience, being opaque", async () => "opaque-id-token"],
  ])("gives an ID token for %s", async (_, make) => {
    const value = await make();
    const { source } = await buildSource(() => ({ config: { type: "static", idToken: value } }));
    expect((await idToken(source)).value).toBe(value);
  });

  it("says which kind was not given", async () => {
    const { source: access } = await buildSource(() => ({ config: { type: "static", accessToken: "a" } }));
    expect([access.idToken, access.idTokenRefusal]).toEqual([undefined, expect.stringContaining("GOOGLE_ID_TOKEN")]);
    const { source: id } = await buildSource(() => ({ config: { type: "static", idToken: "i" } }));
    expect([id.accessToken, id.accessTokenRefusal]).toEqual([undefined, expect.stringContaining("ID token")]);
  });

  it("takes the missing kind, and who it is, from the credential beneath", async () => {
    const email = "ci@fake-project.iam.gserviceaccount.com";
    const { google, source } = await buildSource(async (fake) => ({
      config: { type: "static", accessToken: "given", base: await fake.directory.createServiceAccount(email) },
    }));
    expect((await accessToken(source)).value).toBe("given");
    expect(google.requests).toEqual([]);
    await idToken(source);
    expect(google.count("/token")).toBe(1);
    expect(source).toMatchObject({ email, projectId: "fake-project" });
  });

  it.each(["line\nbreak", "with space", ""])(
    "refuses the text %j as a token without repeating it",
    async (accessToken) => {
      await expect(buildSource(() => ({ config: { type: "static", accessToken } }))).rejects.toThrow(
        "accessToken: must be a token",
      );
    },
  );

  it("is refused without any token", async () => {
    await expect(buildSource(() => ({ config: { type: "static" } }))).rejects.toThrow(
      "accessToken: is missing; give it, idToken or both",
    );
  });
});
