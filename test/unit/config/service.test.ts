import { describe, expect, it } from "vitest";
import { load, problems } from "./fixture.ts";

const sha256 = "ab".repeat(32);
const secret = { name: "ci", sha256 };
const issuer = { name: "gh", issuer: "https://token.example.com", audience: "https://service.example.com" };
const access = { certsUrl: "https://team.example.com/cdn-cgi/access/certs", audience: "aud" };
const auth = { secrets: [secret], issuers: [issuer], access };
const key = { type: "service_account", client_email: "key@p.iam.gserviceaccount.com" };
const instances = {
  main: { accounts: { default: { email: "d@x.example" }, ci: { email: "ci@x.example", source: key } } },
  dump: { metadata: { instance: { serviceAccounts: { default: {}, "shown@x.example": { scopes: ["s"] } } } } },
  other: { accounts: { "only@x.example": { source: { type: "local" } } } },
};
const match = { secret: "ci" };
const byIssuer = { issuer: "gh", claims: { repository: "org/*" } };

const service = (client: object, rest: object = {}) => ({ auth, instances, clients: [client], ...rest });

describe("a service's configuration", () => {
  it("resolves the names of its rules", async () => {
    const config = service({ match, instance: "main", account: "ci", scopes: ["s"], maxLifetime: 900, boundary: {} });
    const { service: made } = await load({ config });
    expect(made?.clients).toEqual([
      {
        rule: "clients[0]",
        match,
        instance: "main",
        account: "ci",
        scopes: ["s"],
        audiences: [],
        maxLifetime: 900,
        control: false,
      },
    ]);
    expect(Object.keys(made?.instances ?? {})).toEqual(["main", "dump", "other"]);
    expect(made?.limits.client.burst).toBe(250);
  });

  it.each([
    ["by its e-mail", "main", "ci@x.example", "ci"],
    ["by its key's e-mail", "main", "key@p.iam.gserviceaccount.com", "ci"],
    ["that the server calls default", "other", "only@x.example", "default"],
    ["that nobody named", "other", undefined, "default"],
    ["that only the tree shows", "dump", "shown@x.example", "shown@x.example"],
  ])("finds an account %s", async (_, instance, account, found) => {
    const config = service({ match, instance, ...(account === undefined ? {} : { account }) });
    expect((await load({ config })).service?.clients[0]?.account).toBe(found);
  });

  it("is one instance where none is named", async () => {
    const { service: made } = await load({ config: { auth, clients: [{ match }] } });
    expect(made?.clients[0]).toMatchObject({ instance: "default", account: "default" });
  });

  it.each<[string, object, string]>([
    ["auth without a way in", { auth: {} }, "auth: Names no way in"],
    ["auth with empty lists", { auth: { secrets: [], issuers: [] } }, "auth: Names no way in"],
    ["clients without auth", { instances: { a: {} }, clients: [{ match }] }, 'clients: Needs "auth"'],
    [
      "an instance of every object's",
      service({ match, instance: "constructor" }),
      "clients[0].instance: Unknown instance",
    ],
    [
      "an account of every object's",
      service({ match, instance: "main", account: "constructor" }),
      "clients[0].account: Unknown account",
    ],
    ["an empty match", service({ match: {}, instance: "main" }), "clients[0].match: Matches nobody in particular"],
    ["access: false", service({ match: { access: false }, instance: "main" }), "clients[0].match: Matches nobody"],
    ["two ways", service({ match: { ...match, ...byIssuer }, instance: "main" }), "more than one way"],
    ["claims of a secret", service({ match: { ...match, claims: { a: "b" } }, instance: "main" }), "match.claims: A"],
    ["an issuer without claims", service({ match: { issuer: "gh" }, instance: "main" }), "match.claims: Is missing"],
    ["no claims", service({ match: { issuer: "gh", claims: {} }, instance: "main" }), "match.claims: Is missing"],
    [
      "a claim of null",
      service({ match: { issuer: "gh", claims: { sub: null } }, instance: "main" }),
      "match.claims.sub: Must be a pattern",
    ],
    ["an unknown secret", service({ match: { secret: "c" }, instance: "main" }), 'Unknown secret, did you mean "ci"?'],
    ["an unknown issuer", service({ match: { ...byIssuer, issuer: "hg" }, instance: "main" }), "Unknown issuer"],
    ["an unknown instance", service({ match, instance: "mian" }), 'Unknown instance, did you mean "main"?'],
    ["no instance of several", service({ match }), "clients[0].instance: Is missing"],
    ["an unknown account", service({ match, instance: "main", account: "cli" }), 'Unknown account, did you mean "ci"?'],
    [
      "an issuer without audience",
      { auth: { issuers: [{ name: "gh", issuer: issuer.issuer }] } },
      "auth.issuers[0].audience: Is missing",
    ],
    [
      "an issuer by plain http",
      { auth: { issuers: [{ ...issuer, issuer: "http://token.example.com" }] } },
      "auth.issuers[0].issuer: Must be an https URL",
    ],
    [
      "a secret in the clear",
      { auth: { secrets: [{ name: "ci", sha256: "hunter2" }] } },
      "auth.secrets[0].sha256: Must",
    ],
    ["one secret twice", { auth: { secrets: [secret, { ...secret, name: "b" }] } }, "auth.secrets[1].sha256: Is the"],
    ["an empty audience", { auth: { issuers: [{ ...issuer, audience: "" }] } }, "auth.issuers[0].audience: Must not"],
    ["a life of nothing", service({ match, instance: "main", maxLifetime: 0 }), "clients[0].maxLifetime: Must be at"],
    [
      "a boundary without rules",
      service({ match, instance: "main", boundary: { accessBoundary: {} } }),
      "1 to 10 rules",
    ],
    [
      "a boundary of local tokens",
      service({
        match,
        instance: "main",
        boundary: { accessBoundaryRules: [{ availableResource: "r", availablePermissions: ["inRole:x"] }] },
      }),
      "clients[0].boundary: Needs an account with Google's tokens",
    ],
    [
      "an account beside the instances",
      service({ match, instance: "main" }, { accounts: {} }),
      "accounts: Belongs into",
    ],
    ["an instance for all", service({ match, instance: "main" }, { instance: "main" }), "instance: Is for a server"],
    [
      "a misspelt member",
      service({ match, instance: "main", scope: [] }),
      "clients[0].scope: Unknown key, did you mean",
    ],
  ])("refuses %s", async (_, config, part) => {
    const told = await problems({ config });
    expect(told.join("\n")).toContain(part);
    expect(told.join("\n")).not.toContain("hunter2");
  });

  it("names the instance in which something is wrong", async () => {
    const broken = { main: { metadata: { instance: { id: "x y" } }, accounts: { "a b": {} } } };
    const told = await problems({ config: { auth, instances: broken, clients: [{ match }] } });
    expect(told.map((line) => line.split(":")[0])).toEqual([
      "instances.main.metadata.instance.id",
      'instances.main.accounts["a b"]',
    ]);
  });

  it("has no control token", async () => {
    const config = service({ match, instance: "main" });
    expect((await problems({ config, flags: { controlToken: "t" } })).join()).toContain(
      "--control-token: A service has",
    );
  });

  it("gives the server's credential to instances without one of their own, and its identity to none", async () => {
    const env = { GOOGLE_ACCESS_TOKEN: "token", GOOGLE_PROJECT_ID: "p", GOOGLE_ACCOUNT_EMAIL: "all@x.example" };
    const own = { accounts: { default: { source: key } } };
    const config = { auth, instances: { own, bare: { metadata: { project: { projectId: "q" } } } }, clients: [] };
    const { service: made } = await load({ config, env });
    expect(made?.instances.own?.accounts.default?.source).toEqual(key);
    expect(made?.instances.own?.accounts.default?.email).toBeUndefined();
    expect(made?.instances.bare?.accounts.default?.source).toEqual({ type: "static", accessToken: "token" });
    expect([made?.instances.own?.projectId, made?.instances.bare?.projectId]).toEqual([undefined, undefined]);
  });
});

describe("instances without authentication", () => {
  const two = { instances: { first: { preset: "gke" }, second: { metadata: { project: { projectId: "p" } } } } };

  it.each([
    ["by key", { config: { ...two, instance: "second" } }],
    ["by flag", { config: two, flags: { instance: "second" } }],
    ["by variable", { config: two, env: { METADATA_INSTANCE: "second" } }],
    ["flag before key", { config: { ...two, instance: "first" }, flags: { instance: "second" } }],
  ])("serve the one that is chosen %s", async (_, given) => {
    expect((await load(given)).metadata).toEqual({ project: { projectId: "p" } });
  });

  it("serve the only one without being told", async () => {
    expect((await load({ config: { instances: { a: { preset: "gke" } } } })).preset).toBe("gke");
  });

  it.each([
    [
      "a wrong name",
      { config: two, flags: { instance: "secnd" } },
      '--instance: Unknown instance, did you mean "second"?',
    ],
    ["a name that is near to none", { config: two, flags: { instance: "x" } }, "instance; there are first, second"],
    ["no name", { config: two }, "instance: Is missing"],
    ["a name for nothing", { config: {}, flags: { instance: "a" } }, "--instance: Names an instance, but"],
  ])("refuse %s", async (_, given, part) => {
    expect((await problems(given)).join("\n")).toContain(part);
  });
});

describe("METADATA_REQUIRE_AUTH", () => {
  const open = { metadata: { instance: { name: "n" } } };

  it.each(["1", "true", "YES"])("lets nothing be served without auth: %s", async (value) => {
    expect(await problems({ config: open, env: { METADATA_REQUIRE_AUTH: value } })).toEqual([
      'METADATA_REQUIRE_AUTH: Is set, so nothing is served without "auth" in the configuration',
    ]);
    expect(await problems({ env: { METADATA_REQUIRE_AUTH: value } })).toHaveLength(1);
  });

  it("asks for nothing where there is auth, or where it says no", async () => {
    const env = { METADATA_REQUIRE_AUTH: "1" };
    expect((await load({ config: { auth, clients: [{ match }] }, env })).service).toBeDefined();
    expect((await load({ config: open, env: { METADATA_REQUIRE_AUTH: "0" } })).service).toBeUndefined();
  });
});
