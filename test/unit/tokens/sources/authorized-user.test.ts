import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { accessToken, audience, buildSource, failureOf, idToken } from "../../../contract/source-world.ts";
import type { FakeGoogle } from "../../../fakes/google.ts";

const config = {
  type: "authorized_user",
  client_id: "app.example",
  client_secret: "d-secret",
  refresh_token: "1//refresh",
  account: "ann@example.com",
};

function ann(google: FakeGoogle, more: { openid?: boolean } = {}) {
  google.directory.users.push({
    clientId: "app.example",
    clientSecret: "d-secret",
    refreshToken: "1//refresh",
    email: "ann@example.com",
    ...more,
  });
}

describe("authorized_user", () => {
  it("sends exactly the refresh grant, without scopes: those that the user consented to hold", async () => {
    const { google, source } = await buildSource((fake) => {
      ann(fake);
      return { config: { ...config, quota_project_id: "billed" } };
    });
    await accessToken(source);
    expect(Object.fromEntries(new URLSearchParams(google.requests[0]?.body))).toEqual({
      grant_type: "refresh_token",
      client_id: "app.example",
      client_secret: "d-secret",
      refresh_token: "1//refresh",
    });
    expect(source).toMatchObject({ email: "ann@example.com", quotaProject: "billed" });
  });

  it("gives the ID token of its own OAuth client", async () => {
    const { source } = await buildSource((google) => {
      ann(google);
      return { config };
    });
    expect(decodeJwt((await idToken(source, { audience: "app.example" })).value).aud).toBe("app.example");
  });

  it.each([
    ["is for its client only", {}, /app\.example/],
    ["was not consented to", { openid: false }, /has none/],
  ])("refuses an ID token that %s, and says what to do", async (_, more, words) => {
    const { source } = await buildSource((google) => {
      ann(google, more);
      return { config };
    });
    const error = await failureOf(idToken(source));
    expect(error).toMatchObject({ failure: "unsupported" });
    expect(error.message).toMatch(words);
    expect(error.message).toContain(audience);
    expect(error.message).toMatch(/impersonate/i);
  });

  it("tells that the refresh token is no longer good", async () => {
    const { source } = await buildSource(() => ({ config }));
    await expect(accessToken(source)).rejects.toMatchObject({
      failure: "rejected",
      status: 400,
      message: expect.stringContaining("invalid_grant"),
    });
  });

  it("sends the refresh token to no foreign host", async () => {
    const building = buildSource(() => ({ config: { ...config, token_uri: "https://evil.example/token" } }));
    await expect(building).rejects.toThrow('Cannot use credential file "sa.json": token_uri: ');
  });
});

describe("a refresh token that the upstream replaces", () => {
  it.each([
    ["authorized_user", "/token"],
    ["external_account_authorized_user", "/v1/oauthtoken"],
  ])("is used from then on: %s", async (type, path) => {
    const { google, source } = await buildSource(() => ({ config: { ...config, type } }));
    const answer = { access_token: "a", expires_in: 3599, token_type: "Bearer" };
    for (const more of [{ refresh_token: "1//second" }, { refresh_token: "" }, {}])
      google.failNext({ path, status: 200, body: JSON.stringify({ ...answer, ...more }) });
    for (const _ of [1, 2, 3]) await accessToken(source);
    const used = google.requests.map(({ body }) => new URLSearchParams(body).get("refresh_token"));
    expect(used).toEqual(["1//refresh", "1//second", "1//second"]);
  });
});
