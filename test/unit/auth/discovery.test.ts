/** Where an issuer's own document leads: keys of nobody else, and no call to where a secret could be read on the way. */
import { expect, it } from "vitest";
import { createAuthenticator } from "../../../worker/auth/authenticate.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createIdentityProvider, fetchOf } from "../../fakes/identity-provider.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

/** Authenticates by a good token of an issuer whose discovery document is `document`. */
async function world(document: object, status = 200) {
  const clock = createFakeClock();
  const provider = await createIdentityProvider({ now: clock.now });
  const { audience, issuer } = provider;
  const called: string[] = [];
  const fetch = async (url: string) => {
    called.push(url);
    return url.endsWith("/openid-configuration")
      ? Response.json({ issuer, ...document }, { status })
      : fetchOf(provider)(url);
  };
  const auth = { issuers: [{ name: "idp", issuer, audience }] };
  const authenticate = createAuthenticator(auth, createFakePlatform({ clock, fetch }));
  const authorization = `Bearer ${await provider.token()}`;
  return {
    called,
    authenticate: () => authenticate({ header: (name) => (name === "authorization" ? authorization : null) }),
  };
}

it("is followed to the keys that it names", async () => {
  const { authenticate, called } = await world({ jwks_uri: "https://idp.example.com/keys" });
  expect(await authenticate()).toMatchObject([{ way: "issuer", name: "idp" }]);
  expect(called.at(-1)).toBe("https://idp.example.com/keys");
});

it.each([
  ["names another issuer", { issuer: "https://other.example.com", jwks_uri: "https://idp.example.com/keys" }],
  ["leads to keys without TLS", { jwks_uri: "http://idp.example.com/keys" }],
  ["leads to keys with a user in their URL", { jwks_uri: "https://ann@idp.example.com/keys" }],
  ["leads to a file", { jwks_uri: "file:///etc/keys" }],
  ["leads to no URL", { jwks_uri: "keys" }],
  ["leads to no text", { jwks_uri: ["https://idp.example.com/keys"] }],
  ["leads nowhere", {}],
])("is refused when it %s, and nothing more is called", async (_, document) => {
  const { authenticate, called } = await world(document);
  await expect(authenticate()).rejects.toThrow(/the issuer's keys cannot be had: its discovery document /);
  expect(called).toEqual(["https://idp.example.com/.well-known/openid-configuration"]);
});

it.each([302, 404, 500])("is refused with status %i, whatever it says", async (status) => {
  const { authenticate, called } = await world({ jwks_uri: "https://idp.example.com/keys" }, status);
  await expect(authenticate()).rejects.toThrow(`/.well-known/openid-configuration answered ${status}`);
  expect(called).toHaveLength(1);
});
