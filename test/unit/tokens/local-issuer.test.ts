import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify, SignJWT } from "jose";
import { describe, expect, it, vi } from "vitest";
import type { IssuerKeys } from "../../../worker/tokens/issuer-keys.ts";
import {
  accessTokenPrefix,
  LocalIssuer,
  type LocalIssuerOptions,
  subjectOf,
} from "../../../worker/tokens/local-issuer.ts";
import type { IdTokenRequest } from "../../../worker/tokens/types.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

const email = "123-compute@developer.gserviceaccount.com";
const audience = "https://service.example.com";
const started = Date.parse("2026-11-24T12:00:00.700Z");
const seconds = Math.floor(started / 1000);
const machine = {
  instanceId: "4570452845155348778",
  instanceName: "vm-1",
  projectId: "project",
  projectNumber: 1071284184436,
  zone: "us-central1-c",
  creationTimestamp: 1686491081,
  licenseIds: ["1000", "2000"],
};

function issuer(options: Partial<LocalIssuerOptions> = {}) {
  const clock = createFakeClock(started);
  const made = new LocalIssuer({ clock, issuer: "https://accounts.google.com", claims: () => machine, ...options });
  return { clock, issuer: made };
}

const wanted = (more: Partial<IdTokenRequest> = {}): IdTokenRequest => ({
  audience,
  format: "standard",
  licenses: false,
  ...more,
});

describe("an ID token of the local issuer", () => {
  const standard = {
    aud: audience,
    azp: subjectOf(email),
    exp: seconds + 3600,
    iat: seconds,
    iss: "https://accounts.google.com",
    sub: subjectOf(email),
  };
  const engine = {
    instance_creation_timestamp: 1686491081,
    instance_id: "4570452845155348778",
    instance_name: "vm-1",
    project_id: "project",
    project_number: 1071284184436,
    zone: "us-central1-c",
  };
  const full = { ...standard, email, email_verified: true, google: { compute_engine: engine } };

  it.each([
    ["standard", { format: "standard" }, standard],
    ["standard, whatever the licenses", { format: "standard", licenses: true }, standard],
    ["full", { format: "full" }, full],
    [
      "full with licenses",
      { format: "full", licenses: true },
      { ...full, google: { compute_engine: { ...engine, license_id: ["1000", "2000"] } } },
    ],
  ] as const)("has exactly Google's claims in the format %s", async (_, request, claims) => {
    const token = await issuer().issuer.idToken(email, wanted(request));
    expect(decodeJwt(token.value)).toEqual(claims);
    expect(token.expiresAt).toBe((seconds + 3600) * 1000);
  });

  it("has Google's header, and a key in the key set", async () => {
    const { issuer: made } = issuer();
    const { value } = await made.idToken(email, wanted());
    const { keys } = await made.jwks();
    expect(decodeProtectedHeader(value)).toEqual({ alg: "RS256", kid: keys[0]?.kid, typ: "JWT" });
    expect(keys).toEqual([
      {
        kty: "RSA",
        alg: "RS256",
        use: "sig",
        kid: expect.stringMatching(/^[0-9a-f]{40}$/),
        n: expect.any(String),
        e: "AQAB",
      },
    ]);
  });

  it("is verified by anyone who has the key set", async () => {
    const { clock, issuer: made } = issuer();
    const { value } = await made.idToken(email, wanted());
    const options = { audience, issuer: "https://accounts.google.com", currentDate: new Date(clock.now()) };
    const { payload } = await jwtVerify(value, createLocalJWKSet(await made.jwks()), options);
    expect(payload.sub).toBe(subjectOf(email));
  });

  it("carries the issuer that was configured", async () => {
    const { issuer: made } = issuer({ issuer: "https://tokens.example" });
    expect(decodeJwt((await made.idToken(email, wanted())).value).iss).toBe("https://tokens.example");
    expect(made.discovery("http://host/emulator/v1/issuer")).toMatchObject({
      issuer: "https://tokens.example",
      jwks_uri: "http://host/emulator/v1/issuer/jwks",
    });
  });
});

describe("the keys of the local issuer", () => {
  const full = new Error("No space left");

  it("are made once, however many tokens are asked for at the same time", async () => {
    const told: IssuerKeys[] = [];
    const { issuer: made } = issuer({ onKeys: (keys) => void told.push(keys) });
    const tokens = await Promise.all(Array.from({ length: 20 }, () => made.idToken(email, wanted())));
    expect(new Set(tokens.map(({ value }) => decodeProtectedHeader(value).kid)).size).toBe(1);
    expect(told).toHaveLength(1);
  });

  it("are those of an earlier run where there was one", async () => {
    const told: IssuerKeys[] = [];
    const { issuer: first } = issuer({ onKeys: (keys) => void told.push(JSON.parse(JSON.stringify(keys))) });
    const { value } = await first.idToken(email, wanted());
    const { issuer: second } = issuer({ keys: told[0], onKeys: (keys) => void told.push(keys) });
    expect(await second.jwks()).toEqual(await first.jwks());
    expect(await second.tokenInfo({ accessToken: null, idToken: value })).toMatchObject({ aud: audience });
    expect(told).toHaveLength(1);
  });

  it("make access tokens of an earlier run known again", async () => {
    const told: IssuerKeys[] = [];
    const { issuer: first } = issuer({ onKeys: (keys) => void told.push(keys) });
    const { value } = await first.accessToken(email, { scopes: ["a"] });
    await first.idToken(email, wanted());
    expect(told.map((keys) => Object.keys(keys))).toEqual([["secret"], ["secret", "rsa"]]);
    const { issuer: second } = issuer({ keys: told[1] });
    expect(await second.tokenInfo({ accessToken: value, idToken: null })).toMatchObject({ email, scope: "a" });
  });

  it.each([
    [
      "at once",
      () => {
        throw full;
      },
    ],
    ["later", () => Promise.reject(full)],
  ])(
    "sign all the same where they cannot be kept, which may fail %s, and are kept as soon as they can be",
    async (_, fail) => {
      const { lines, log } = createFakePlatform();
      const told: IssuerKeys[] = [];
      let broken = true;
      const { issuer: made } = issuer({ log, onKeys: (keys) => (broken ? fail() : void told.push(keys)) });
      const access = await made.accessToken(email, { scopes: ["a"] });
      const id = await made.idToken(email, wanted());
      expect(await made.tokenInfo({ accessToken: access.value, idToken: null })).toMatchObject({ scope: "a" });
      expect(lines).toMatchObject([
        { level: "warn", message: expect.stringMatching(/No space left.*after a restart/) },
      ]);
      broken = false;
      await made.accessToken(email, { scopes: ["b"] });
      await made.idToken(email, wanted());
      expect(told).toHaveLength(1);
      const { issuer: second } = issuer({ keys: told[0] });
      expect(await second.tokenInfo({ accessToken: access.value, idToken: null })).toMatchObject({ scope: "a" });
      expect(await second.tokenInfo({ accessToken: null, idToken: id.value })).toMatchObject({ aud: audience });
      expect(lines).toHaveLength(1);
    },
  );

  it.each([
    ["access token", (made: LocalIssuer) => made.accessToken(email, { scopes: [] })],
    ["ID token", (made: LocalIssuer) => made.idToken(email, wanted())],
  ])("sign no %s while they are being kept", async (_, mint) => {
    const waiting: (() => void)[] = [];
    const { issuer: made } = issuer({ onKeys: () => new Promise<void>((resolve) => waiting.push(resolve)) });
    let given = false;
    const token = mint(made).then(() => {
      given = true;
    });
    await vi.waitFor(() => expect(waiting).toHaveLength(1), { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(given).toBe(false);
    waiting[0]?.();
    await token;
  });

  it("show nothing private", async () => {
    expect(Object.keys((await issuer().issuer.jwks()).keys[0] ?? {}).sort()).toEqual([
      "alg",
      "e",
      "kid",
      "kty",
      "n",
      "use",
    ]);
  });
});

describe("an access token of the local issuer", () => {
  it("is recognised by tokeninfo, with what it was asked for", async () => {
    const { clock, issuer: made } = issuer();
    const token = await made.accessToken(email, { scopes: ["a", "b"], lifetime: 900 });
    expect(token.value.startsWith("ya29.emulator.")).toBe(true);
    expect(token.expiresAt).toBe((seconds + 900) * 1000);
    await clock.advance(60_000);
    expect(await made.tokenInfo({ accessToken: token.value, idToken: null })).toEqual({
      azp: subjectOf(email),
      aud: subjectOf(email),
      scope: "a b",
      exp: String(seconds + 900),
      expires_in: "840",
      email,
      email_verified: "true",
      access_type: "online",
    });
  });

  it("is another one each time, and lives an hour unless told otherwise", async () => {
    const { issuer: made } = issuer();
    const [one, other] = await Promise.all([1, 2].map(() => made.accessToken(email, { scopes: ["a"] })));
    expect(one?.value).not.toBe(other?.value);
    expect(one?.expiresAt).toBe((seconds + 3600) * 1000);
  });
});

describe("tokeninfo", () => {
  it("reads an ID token as Google's does: claims as text, header beside them", async () => {
    const { issuer: made } = issuer();
    const { value } = await made.idToken(email, wanted({ format: "full" }));
    const info = await made.tokenInfo({ accessToken: null, idToken: value });
    expect(info).toMatchObject({
      alg: "RS256",
      typ: "JWT",
      aud: audience,
      email,
      email_verified: "true",
      exp: String(seconds + 3600),
    });
  });

  /** Changes the middle part of a JWT and keeps its signature. */
  function tampered(token: string, change: object): string {
    const [header = "", payload = "", signature = ""] = token.split(".").slice(-3);
    const claims = { ...JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))), ...change };
    const changed = btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    return `${token.slice(0, token.length - `${header}.${payload}.${signature}`.length)}${header}.${changed}.${signature}`;
  }

  it("knows no token that was changed, is over, or comes from somebody else", async () => {
    const { clock, issuer: made } = issuer();
    const access = (await made.accessToken(email, { scopes: ["a"] })).value;
    const id = (await made.idToken(email, wanted())).value;
    const other = issuer().issuer;
    const refused: [string | null, string | null][] = [
      [tampered(access, { scope: "everything" }), null],
      [access.slice(accessTokenPrefix.length), null],
      [`${access}x`, null],
      [(await other.accessToken(email, { scopes: ["a"] })).value, null],
      [id, null],
      [null, tampered(id, { sub: "somebody else" })],
      [null, (await other.idToken(email, wanted())).value],
      [null, access],
      [null, await forged(id, made)],
      [null, ""],
      ["", null],
      [null, null],
    ];
    for (const [accessToken, idToken] of refused)
      expect(await made.tokenInfo({ accessToken, idToken })).toBeUndefined();
    await clock.advance(3_600_000);
    expect(await made.tokenInfo({ accessToken: access, idToken: null })).toBeUndefined();
    expect(await made.tokenInfo({ accessToken: null, idToken: id })).toBeUndefined();
  });

  it("knows no ID token of another issuer, though its key is the same", async () => {
    const told: IssuerKeys[] = [];
    const { issuer: before } = issuer({ issuer: "https://before.example", onKeys: (keys) => void told.push(keys) });
    const { value } = await before.idToken(email, wanted());
    expect(await before.tokenInfo({ accessToken: null, idToken: value })).toBeDefined();
    const { issuer: after } = issuer({ keys: told[0] });
    expect(await after.tokenInfo({ accessToken: null, idToken: value })).toBeUndefined();
  });

  /** The claims of `id` signed with the public key as a shared secret: the oldest trick against JWT libraries. */
  async function forged(id: string, made: LocalIssuer): Promise<string> {
    const [key] = (await made.jwks()).keys;
    const secret = new TextEncoder().encode(JSON.stringify(key));
    expect(await importJWK(key ?? {}, "RS256")).toBeDefined();
    return new SignJWT(decodeJwt(id)).setProtectedHeader({ alg: "HS256", kid: String(key?.kid) }).sign(secret);
  }
});
