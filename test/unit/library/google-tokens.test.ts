/**
 * The token core on its own, against the strict fake of Google.
 */
import { describe, expect, it } from "vitest";
import { createGoogleTokens } from "../../../worker/entry/library/tokens.ts";
import { ConfigurationError, createGoogleTokens as createPortable, TokenError } from "../../../worker/google-tokens.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakeGoogle } from "../../fakes/google.ts";

const app = "app@my-project.iam.gserviceaccount.com";
const robot = "robot@my-project.iam.gserviceaccount.com";

async function world() {
  const clock = createFakeClock();
  const google = createFakeGoogle({ now: () => clock.now() });
  const key = await google.directory.createServiceAccount(app, { projectId: "my-project" });
  google.directory.allow(app, robot);
  const seen: Request[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    if (!request.url.startsWith("https://storage.googleapis.com/")) return google.fetch(String(input), init);
    seen.push(request);
    return new Response("buckets");
  };
  return { clock, fetch, google, key, seen };
}

describe.each([
  ["with files", createGoogleTokens],
  ["on web standards alone", createPortable],
])("createGoogleTokens %s", (_, create) => {
  it("makes access tokens of a key and keeps them while they live", async () => {
    const { clock, fetch, google, key } = await world();
    const tokens = await create(key, { clock, fetch });
    expect([tokens.email, tokens.projectId]).toEqual([app, "my-project"]);
    const first = await tokens.accessToken();
    expect(google.issuer.issued.get(first.token)?.subject).toBe(app);
    expect(first.expiresAt.getTime() - clock.now()).toBeGreaterThan(3_500_000);
    expect(await tokens.accessToken()).toEqual(first);
    expect(
      (await tokens.accessToken({ scopes: ["https://www.googleapis.com/auth/devstorage.read_only"] })).token,
    ).not.toBe(first.token);
    await clock.advance(3_600_000);
    expect((await tokens.accessToken()).token).not.toBe(first.token);
    expect(google.violations).toEqual([]);
  });

  it("impersonates, and makes ID tokens", async () => {
    const { clock, fetch, google, key } = await world();
    const tokens = await create(JSON.stringify(key), { clock, fetch, impersonate: robot });
    expect(google.issuer.issued.get((await tokens.accessToken()).token)?.subject).toBe(robot);
    const { token } = await tokens.idToken("https://service.example.com");
    const claims = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as object;
    expect(claims).toMatchObject({ aud: "https://service.example.com", email: robot });
  });

  it("calls with the token, keeping what else the call says", async () => {
    const { clock, fetch, key, seen } = await world();
    const tokens = await create(key, { clock, fetch });
    await tokens.fetch("https://storage.googleapis.com/storage/v1/b", {
      method: "POST",
      headers: { "X-A": "1" },
      body: "{}",
    });
    const { token } = await tokens.accessToken();
    expect(seen.map(({ headers, method }) => [method, headers.get("authorization"), headers.get("x-a")])).toEqual([
      ["POST", `Bearer ${token}`, "1"],
    ]);
  });

  it("names the step that fails, and the field that is wrong", async () => {
    const { clock, fetch, key } = await world();
    const tokens = await create(key, { clock, fetch, impersonate: "nobody@my-project.iam.gserviceaccount.com" });
    const failed = tokens.accessToken();
    await expect(failed).rejects.toThrow(TokenError);
    await expect(failed).rejects.toMatchObject({ step: "impersonation" });
    await expect(create({ type: "service_acount" })).rejects.toThrow(ConfigurationError);
    await expect(create("[]")).rejects.toThrow("not a JSON object");
    await expect(create(key, { env: { CLOUDSDK_AUTH_TOKEN_HOST: "http://example.com" } })).rejects.toThrow(
      "CLOUDSDK_AUTH_TOKEN_HOST",
    );
  });
});
