/** Rules with a Credential Access Boundary: downscoped tokens, and never the account's own. */
import { describe, expect, it } from "vitest";
import { createFakeGoogle } from "../../fakes/google.ts";
import { accounts, authFor, startService } from "./fixture.ts";

const target = "robot@p.iam.gserviceaccount.com";
const scope = "https://www.googleapis.com/auth/cloud-platform";
const other = "https://www.googleapis.com/auth/devstorage.read_only";
const rules = [
  {
    availableResource: "//storage.googleapis.com/projects/_/buckets/b",
    availablePermissions: ["inRole:roles/storage.objectViewer"],
  },
];

async function world() {
  const google = createFakeGoogle({ now: () => Date.parse("2026-11-24T12:00:00Z") });
  const key = await google.directory.createServiceAccount("base@p.iam.gserviceaccount.com", {});
  google.directory.allow("base@p.iam.gserviceaccount.com", target);
  const robot = { scopes: [scope, other], source: { type: "impersonated", serviceAccount: target, base: key } };
  const clients = [
    {
      match: { secret: "narrow" },
      account: "robot",
      boundary: { accessBoundary: { accessBoundaryRules: rules } },
      control: true,
    },
    { match: { secret: "bare" }, account: "robot", boundary: { accessBoundaryRules: rules }, maxLifetime: 600 },
    { match: { secret: "wide" }, account: "robot", boundary: {} },
  ];
  const config = { auth: authFor("narrow", "bare", "wide"), instances: { main: { accounts: { robot } } }, clients };
  const service = await startService(config, { fetch: google.fetch });
  const token = async (client: string) => {
    const answer = await service.ask(client, `${accounts}/default/token`);
    return (await answer.json()) as { access_token: string; expires_in: number };
  };
  const subject = async (client: string) => google.issuer.issued.get((await token(client)).access_token)?.subject;
  return { google, subject, token, ...service };
}

describe("a boundary", () => {
  it("is exchanged for at STS, and its tokens never answer for those without, nor the other way round", async () => {
    const { google, subject } = await world();
    const within = `${target} within ${JSON.stringify(rules)}`;
    for (let round = 0; round < 2; round++)
      expect([await subject("narrow"), await subject("wide"), await subject("bare")]).toEqual([within, target, within]);
    expect([google.count("/v1/token"), google.violations]).toEqual([2, []]);
  });

  it("keeps the tokens of other scopes apart", async () => {
    const { ask, google } = await world();
    const tokens = new Set<string>();
    for (const scopes of [scope, other, `${scope},${other}`, other]) {
      const answer = await ask("narrow", `${accounts}/default/token?scopes=${encodeURIComponent(scopes)}`);
      tokens.add(((await answer.json()) as { access_token: string }).access_token);
    }
    expect([tokens.size, google.count("/v1/token")]).toEqual([3, 3]);
  });

  it("leaves the life of the token that it narrows", async () => {
    const { token } = await world();
    expect((await token("narrow")).expires_in).toBeGreaterThan(3_000);
    expect((await token("bare")).expires_in).toBeLessThanOrEqual(600);
  });

  it("lets metrics tell of its own tokens", async () => {
    const { ask, token } = await world();
    await token("narrow");
    await token("narrow");
    const metrics = await (await ask("narrow", "/emulator/v1/metrics")).text();
    expect(metrics).toMatch(/cache_requests_total\{outcome="minted"\} 1$/m);
    expect(metrics).toMatch(/cache_requests_total\{outcome="hit"\} 1$/m);
  });

  it("gives no token at all where STS refuses", async () => {
    const { ask, audit, google } = await world();
    google.failNext({ path: "/v1/token", status: 403, body: '{"error":"access_denied"}' });
    const answer = await ask("narrow", `${accounts}/default/token`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain("ya29");
    expect(audit.at(-1)).toMatchObject({ audit: "refusal", client: "narrow", status: 403 });
  });
});
