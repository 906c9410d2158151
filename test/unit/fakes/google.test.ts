/**
 * The fake Google says no to what Google would not take: each case spoils one thing of a request that is otherwise good.
 *
 * @module
 */
import { importPKCS8, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { KeyFile } from "../../fakes/google/directory.ts";
import { createFakeGoogle, type FakeGoogle } from "../../fakes/google.ts";
import { serveFakeGoogle } from "../../fakes/google-server.ts";

const nowMs = Date.parse("2026-11-24T12:00:00Z");
const now = nowMs / 1000;
const ci = "ci@example.com";
const target = "target@example.com";
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
const bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const tokenUrl = "https://oauth2.googleapis.com/token";
const iamUrl = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}`;

const create = () => createFakeGoogle({ now: () => nowMs });

async function sign(key: KeyFile, claims: object = {}, header: object = {}): Promise<string> {
  const all = { iss: key.client_email, aud: tokenUrl, scope: cloudPlatform, iat: now, exp: now + 3600, ...claims };
  return new SignJWT(all)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...header })
    .sign(await importPKCS8(key.private_key, "RS256"));
}

function form(
  google: FakeGoogle,
  fields: Record<string, string> | string,
  init: RequestInit = {},
  url = tokenUrl,
): Promise<Response> {
  return google.fetch(url, { method: "POST", body: new URLSearchParams(fields), ...init });
}

describe("the fake token endpoint", () => {
  it("takes a good assertion", async () => {
    const google = create();
    const key = await google.directory.createServiceAccount(ci);
    expect((await form(google, { grant_type: bearer, assertion: await sign(key) })).status).toBe(200);
    expect(google.violations).toEqual([]);
  });

  it.each([
    ["a foreign audience", { aud: "https://evil.example/token" }],
    ["a list of audiences", { aud: [tokenUrl] }],
    ["too long a life", { exp: now + 3601 }],
    ["no end", { exp: undefined }],
    ["no issue time", { iat: undefined }],
    ["neither scope nor target", { scope: undefined }],
    ["a scope with two spaces", { scope: "a  b" }],
    ["an unknown claim", { extra: 1 }],
    ["a subject", { sub: "ann@example.com" }],
    ["times in milliseconds", { iat: nowMs, exp: nowMs + 3600 }],
  ])("refuses an assertion with %s", async (what, claims) => {
    const google = create();
    const key = await google.directory.createServiceAccount(ci);
    const answer = await form(google, { grant_type: bearer, assertion: await sign(key, claims) });
    expect(answer.status).toBe(400);
    // Wrong clocks happen to correct clients too.
    expect(google.violations).toHaveLength(what.startsWith("times") ? 0 : 1);
  });

  it.each([
    ["signed by another key", 9, {}],
    ["under another key's id", undefined, { kid: "unknown" }],
  ])("refuses an assertion %s", async (_, other, header) => {
    const google = create();
    const key = await google.directory.createServiceAccount(ci);
    const signer = other === undefined ? key : await create().directory.createServiceAccount(ci, { key: other });
    const answer = await form(google, { grant_type: bearer, assertion: await sign(signer, {}, header) });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: "invalid_grant" })]);
  });

  it.each([
    ["another content type", { headers: { "content-type": "application/json" } }],
    [
      "an Authorization header",
      { headers: { "content-type": "application/x-www-form-urlencoded", authorization: "Bearer x" } },
    ],
    ["another method", { method: "PUT" }],
    [
      "a field given twice",
      {
        body: "grant_type=refresh_token&client_id=a&client_id=b&client_secret=c&refresh_token=d",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
    ],
    [
      "an unknown field",
      {
        body: new URLSearchParams({
          grant_type: "refresh_token",
          client_id: "a",
          client_secret: "b",
          refresh_token: "c",
          more: "d",
        }),
      },
    ],
    [
      "a missing field",
      { body: new URLSearchParams({ grant_type: "refresh_token", client_id: "a", refresh_token: "c" }) },
    ],
  ])("notes a request with %s as a violation", async (_, init) => {
    const google = create();
    const answer = await form(
      google,
      { grant_type: "refresh_token", client_id: "a", client_secret: "b", refresh_token: "c" },
      init,
    );
    expect([answer.status, google.violations.length]).toEqual([400, 1]);
  });

  it.each([
    "https://oauth2.googleapis.com/other",
    "https://sts.googleapis.com/token",
    "https://oauth2.googleapis.com/v1/token",
  ])("notes a request to %s", async (url) => {
    const google = create();
    await form(google, {}, {}, url);
    expect(google.violations).toHaveLength(1);
  });
});

describe("the fake STS", () => {
  const fields = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: "//iam.googleapis.com/pool",
    scope: cloudPlatform,
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    subject_token: "foreign",
    subject_token_type: "jwt",
  };
  const exchange = async (spoiled: Record<string, string>, headers: Record<string, string> = {}) => {
    const google = create();
    google.directory.addSubjectToken("foreign", { audience: fields.audience, type: "jwt", principal: "principal://x" });
    const answer = await form(google, { ...fields, ...spoiled }, { headers }, "https://sts.googleapis.com/v1/token");
    return [answer.status, google.violations.length];
  };

  it("takes a registered token", async () => expect(await exchange({})).toEqual([200, 0]));
  it("refuses an unknown token without calling it a violation", async () =>
    expect(await exchange({ subject_token: "x" })).toEqual([400, 0]));

  it.each([
    [{ grant_type: "x" }],
    [{ requested_token_type: "x" }],
    [{ audience: "pool" }],
    [{ audience: "//iam.googleapis.com/other" }],
    [{ subject_token_type: "saml" }],
    [{ options: '{"userProject":"p"}' }],
    [{ client_id: "x" }],
    [{ scope: "" }],
  ])("notes %j as a violation", async (spoiled) =>
    expect(await exchange(spoiled as Record<string, string>)).toEqual([400, 1]),
  );
});

describe("the fake IAM Credentials", () => {
  const ask = async (
    body: unknown,
    options: { scopes?: string[]; token?: string; query?: string; method?: string } = {},
  ) => {
    const google = create();
    google.directory.allow(ci, target);
    const token = options.token ?? google.issuer.accessToken(ci, options.scopes ?? [cloudPlatform]);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const url = `${iamUrl}:${options.method ?? "generateAccessToken"}${options.query ?? ""}`;
    const answer = await google.fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return [answer.status, google.violations.length];
  };

  it("takes a good request", async () => expect(await ask({ scope: ["a"], lifetime: "60s" })).toEqual([200, 0]));

  it.each([
    ["a token that was not issued", { token: "ya29.made-up" }, 401],
    ["a token with other scopes", { scopes: ["https://www.googleapis.com/auth/devstorage.read_only"] }, 403],
  ])("refuses %s without calling it a violation", async (_, options, status) =>
    expect(await ask({ scope: ["a"] }, options)).toEqual([status, 0]),
  );

  it.each([
    ["one hour and a second", { scope: ["a"], lifetime: "3601s" }, 0],
    ["a lifetime as a number", { scope: ["a"], lifetime: 60 }, 1],
    ["a lifetime without unit", { scope: ["a"], lifetime: "60" }, 1],
    ["scopes as one text", { scope: "a" }, 1],
    ["no scope", {}, 1],
    ["a bare delegate", { scope: ["a"], delegates: ["middle@example.com"] }, 1],
    ["an unknown member", { scopes: ["a"], scope: ["a"] }, 1],
    ["no object", [], 1],
  ])("refuses %s", async (_, body, violations) => expect(await ask(body)).toEqual([400, violations]));

  it("refuses a query and a chain with a missing link", async () => {
    expect(await ask({ scope: ["a"] }, { query: "?key=x" })).toEqual([400, 1]);
    expect(await ask({ scope: ["a"], delegates: ["projects/-/serviceAccounts/middle@example.com"] })).toEqual([403, 0]);
  });

  it("wants true or false for includeEmail", async () => {
    expect(await ask({ audience: "a", includeEmail: true }, { method: "generateIdToken" })).toEqual([200, 0]);
    expect(await ask({ audience: "a", includeEmail: 1 }, { method: "generateIdToken" })).toEqual([400, 1]);
  });
});

describe("ordered failures", () => {
  it("hold a request until the test lets it go", async () => {
    const google = create();
    const open = google.hold("/token");
    let done = false;
    const answer = form(google, {}).finally(() => (done = true));
    await google.waiting();
    expect(done).toBe(false);
    open();
    expect((await answer).status).toBe(400);
  });

  it("break and silence connections of the served fake", async () => {
    await using server = await serveFakeGoogle();
    server.google.failNext({ path: "/token", reset: true });
    await expect(fetch(`${server.url}/token`, { method: "POST", body: "x" })).rejects.toThrow();
    server.google.failNext({ path: "/token", hang: true });
    const controller = new AbortController();
    const silent = fetch(`${server.url}/token`, { method: "POST", body: "x", signal: controller.signal });
    await server.google.waiting();
    controller.abort();
    await expect(silent).rejects.toThrow();
    expect((await fetch(`${server.url}/oauth2/v3/certs`)).status).toBe(200);
  });
});
