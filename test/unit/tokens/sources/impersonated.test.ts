import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import {
  accessToken,
  audience,
  buildSource,
  failureOf,
  idToken,
  startMs,
  storage,
} from "../../../contract/source-world.ts";
import { createFakeGoogle, type FakeGoogle } from "../../../fakes/google.ts";

const ci = "ci@fake-project.iam.gserviceaccount.com";
const middle = "middle@fake-project.iam.gserviceaccount.com";
const target = "target@fake-project.iam.gserviceaccount.com";
const impersonationUrl = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;

async function base(google: FakeGoogle) {
  google.directory.allow(ci, target);
  return google.directory.createServiceAccount(ci);
}
const lastBody = (google: FakeGoogle): unknown => JSON.parse(google.requests.at(-1)?.body ?? "");

describe("impersonated", () => {
  it.each([
    ["bare e-mails", middle],
    ["full names", `projects/-/serviceAccounts/${middle}`],
  ])("sends delegates as full names when they are given as %s", async (_, delegate) => {
    const { google, source } = await buildSource(async (fake) => {
      fake.directory.allow(ci, middle);
      fake.directory.allow(middle, target);
      return {
        config: {
          type: "impersonated",
          serviceAccount: target,
          delegates: [delegate],
          base: await fake.directory.createServiceAccount(ci),
        },
      };
    });
    await accessToken(source, { scopes: [storage] });
    const delegates = [`projects/-/serviceAccounts/${middle}`];
    expect(lastBody(google)).toEqual({ scope: [storage], delegates, lifetime: "3600s" });
    await idToken(source);
    expect(lastBody(google)).toEqual({ audience, delegates, includeEmail: false });
  });

  it.each([
    ["of the request", 900, undefined, 900],
    ["of the configuration", undefined, 7200, 7200],
    ["of the request before that of the configuration", 43_200, 7200, 43_200],
    ["of an hour otherwise", undefined, undefined, 3600],
  ])("asks for the lifetime %s", async (_, wanted, configured, seconds) => {
    const { source } = await buildSource(async (google) => {
      google.directory.longLived.add(target);
      return {
        config: {
          type: "impersonated",
          serviceAccount: target,
          base: await base(google),
          ...(configured === undefined ? {} : { lifetime: configured }),
        },
      };
    });
    const token = await accessToken(source, wanted === undefined ? {} : { lifetime: wanted });
    expect(token.expiresAt).toBe(startMs + seconds * 1000);
    expect(source.honoursLifetime).toBe(true);
  });

  it("includes the e-mail in ID tokens of the full format only", async () => {
    const { source } = await buildSource(async (google) => ({
      config: { type: "impersonated", serviceAccount: target, base: await base(google) },
    }));
    expect(decodeJwt((await idToken(source, { format: "full" })).value)).toMatchObject({ email: target });
    expect(decodeJwt((await idToken(source)).value)).not.toHaveProperty("email");
  });

  it("buys one base token for ten audiences at once, and a new one when it is over", async () => {
    const { clock, google, source } = await buildSource(async (fake) => ({
      config: { type: "impersonated", serviceAccount: target, base: await base(fake) },
    }));
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => idToken(source, { audience: `https://${index}.example` })),
    );
    expect([google.count("/token"), google.count(":generateIdToken")]).toEqual([1, 10]);
    clock.jump(3_600_000);
    await idToken(source);
    expect(google.count("/token")).toBe(2);
  });

  it.each(["nobody", "a b@example.com", "serviceAccounts/a@example.com", "", "projects/-/serviceAccounts/"])(
    "refuses the delegate %j, naming its place",
    async (delegate) => {
      const building = buildSource(async (fake) => ({
        config: { type: "impersonated", serviceAccount: target, delegates: [middle, delegate], base: await base(fake) },
      }));
      await expect(building).rejects.toThrow(/delegates\.1: must be an e-mail address/);
    },
  );

  it("gets another base token at once when the held one was revoked, and only then", async () => {
    const { clock, google, source } = await buildSource(async (fake) => ({
      config: { type: "impersonated", serviceAccount: target, base: await base(fake) },
    }));
    await accessToken(source);
    for (const token of [...google.issuer.issued.keys()]) google.issuer.issued.delete(token);
    clock.jump(60_000);
    expect(google.issuer.issued.get((await accessToken(source)).value)).toMatchObject({ subject: target });
    expect([google.count("/token"), google.count(":generateAccessToken")]).toEqual([2, 3]);
    google.failNext({ path: ":generateIdToken", status: 401, times: 9 });
    clock.jump(60_000);
    expect(await failureOf(idToken(source))).toMatchObject({ status: 401, step: "impersonation" });
    expect([google.count("/token"), google.count(":generateIdToken")]).toEqual([3, 2]);
  });

  it.each([
    ["access", accessToken, "roles/iam.serviceAccountTokenCreator"],
    ["ID", idToken, "roles/iam.serviceAccountOpenIdTokenCreator"],
  ] as const)("names the role to grant when an %s token is forbidden", async (_, mint, role) => {
    const { source } = await buildSource(async (google) => {
      google.directory.accounts.add(target);
      return {
        config: { type: "impersonated", serviceAccount: target, base: await google.directory.createServiceAccount(ci) },
      };
    });
    const error = await failureOf(mint(source));
    expect(error).toMatchObject({ failure: "rejected", status: 403, step: "impersonation" });
    expect(error.message).toContain("iam.serviceAccounts.get");
    expect(error.message).toContain(`grant ${role} on ${target} to ${ci}`);
  });

  it("blames the base credential's step when that one fails", async () => {
    const { google, source } = await buildSource(async (fake) => ({
      config: { type: "impersonated", serviceAccount: target, base: await base(fake) },
    }));
    google.failNext({ path: "/token", status: 500, times: 3 });
    expect(await failureOf(accessToken(source))).toMatchObject({ failure: "unavailable", step: "token endpoint" });
    expect(google.count(":generateAccessToken")).toBe(0);
  });

  it("chains over another impersonation", async () => {
    const { google, source } = await buildSource(async (fake) => {
      fake.directory.allow(ci, middle);
      fake.directory.allow(middle, target);
      const inner = {
        type: "impersonated",
        serviceAccount: middle,
        base: await fake.directory.createServiceAccount(ci),
      };
      return { config: { type: "impersonated", serviceAccount: target, base: inner } };
    });
    expect(google.issuer.issued.get((await accessToken(source)).value)).toMatchObject({ subject: target });
    expect(google.violations).toEqual([]);
  });

  it("bills the quota project of the base", async () => {
    const { google, source } = await buildSource(async (fake) => ({
      config: {
        type: "impersonated",
        serviceAccount: target,
        base: { ...(await base(fake)), quota_project_id: "billed" },
      },
    }));
    await accessToken(source);
    expect(google.requests.at(-1)?.headers.get("x-goog-user-project")).toBe("billed");
  });

  it.each([
    ["a lifetime above 12 hours", { lifetime: 43_201 }, "lifetime"],
    ["a lifetime of nothing", { lifetime: 0 }, "lifetime"],
    ["a target that is no e-mail", { serviceAccount: "target" }, "serviceAccount"],
    ["an unknown field", { serviceacount: "x" }, "serviceacount"],
    ["a base that makes no access tokens", { base: { type: "static", idToken: "opaque" } }, "access token"],
  ])("refuses %s", async (_, wrong, named) => {
    const config = { type: "impersonated", serviceAccount: target, base: await base(createFakeGoogle()), ...wrong };
    await expect(buildSource(() => ({ config }), "accounts.ci.source")).rejects.toThrow(
      new RegExp(`^Cannot use accounts\\.ci\\.source.*${named}`),
    );
  });
});

describe("a life by a clock that is slow", () => {
  it.each([
    ["an access token", accessToken],
    ["an ID token", idToken],
  ])("is never longer than %s has", async (_, mint) => {
    const world = await buildSource(async (fake) => ({
      config: { type: "impersonated", serviceAccount: target, base: await base(fake) },
    }));
    await accessToken(world.source);
    // This machine is two hours behind Google, as far as tokens go.
    const later = createFakeGoogle({ now: () => startMs + 7_200_000 });
    const answers = {
      accessToken: later.issuer.accessToken(target, [storage]),
      expireTime: "2026-11-24T15:00:00Z",
      token: await later.issuer.idToken({ sub: "1", azp: "1" }, audience),
    };
    world.google.failNext({
      path: mint === idToken ? "IdToken" : "AccessToken",
      status: 200,
      body: JSON.stringify(answers),
    });
    const token = await mint(world.source);
    expect(token.expiresAt).toBe(startMs + 3_600_000);
  });
});

describe("a base that Google would not know", () => {
  it("is refused when it is the local issuer, but not under a token that was given", async () => {
    const local = { type: "local" };
    const over = (inner: object) =>
      buildSource(() => ({ config: { type: "impersonated", serviceAccount: target, base: inner }, accountEmail: ci }));
    await expect(over(local)).rejects.toThrow(/^Cannot use .*: its base credential is the local issuer/);
    await expect(over({ type: "static", idToken: "t", base: local })).rejects.toThrow("local issuer");
    expect((await over({ type: "static", accessToken: "t", base: local })).source.email).toBe(target);
  });
});

describe("impersonated_service_account", () => {
  it("bills the calls of its tokens to the file's project", async () => {
    const { source } = await buildSource(async (fake) => ({
      config: {
        type: "impersonated_service_account",
        service_account_impersonation_url: impersonationUrl,
        source_credentials: { ...(await base(fake)), quota_project_id: "base-project" },
        quota_project_id: "file-project",
      },
    }));
    expect(source.quotaProject).toBe("file-project");
  });

  const file = async (google: FakeGoogle, more = {}) => ({
    type: "impersonated_service_account",
    service_account_impersonation_url: impersonationUrl,
    source_credentials: await base(google),
    ...more,
  });

  it("takes the target from the URL and calls the override with its prefix", async () => {
    const { google, source } = await buildSource(async (fake) => ({
      config: await file(fake),
      env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: "http://127.0.0.1:1/x/" },
    }));
    google.failNext({
      path: ":generateAccessToken",
      status: 200,
      body: '{"accessToken":"t","expireTime":"2026-11-24T12:30:00Z"}',
    });
    expect(await accessToken(source)).toMatchObject({ value: "t", expiresAt: startMs + 1_800_000 });
    expect(String(google.requests.at(-1)?.url)).toBe(
      `http://127.0.0.1:1/x/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
    );
    expect(source.email).toBe(target);
  });

  it.each([
    ["a foreign host", impersonationUrl.replace("googleapis.com", "evil.example")],
    ["plain http", impersonationUrl.replace("https", "http")],
    ["another method", impersonationUrl.replace("generateAccessToken", "signBlob")],
  ])("refuses a URL with %s before anything is sent", async (_, url) => {
    const building = buildSource(async (google) => ({
      config: await file(google, { service_account_impersonation_url: url }),
    }));
    await expect(building).rejects.toThrow('Cannot use credential file "sa.json": service_account_impersonation_url: ');
  });

  it("names the field of a nested credential that is wrong", async () => {
    const source_credentials = { type: "authorized_user", client_id: "x" };
    const building = buildSource(async (google) => ({ config: await file(google, { source_credentials }) }));
    await expect(building).rejects.toThrow(/source_credentials.*client_secret/);
  });
});
