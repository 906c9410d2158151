import { describe, expect, it } from "vitest";
import { explain } from "../../../worker/service/explain.ts";
import { authFor, settingsFor } from "./fixture.ts";

const issuer = { name: "gh", issuer: "https://idp.example.com", audience: "https://service.example.com" };
const access = { certsUrl: "https://team.example.com/cdn-cgi/access/certs", audience: "tag" };
const config = {
  auth: { ...authFor("ci"), issuers: [issuer], access },
  instances: { main: { accounts: { default: {}, app: { email: "app@x.example" } } } },
  clients: [
    { match: { secret: "ci" }, scopes: ["s"], control: true },
    { match: { issuer: "gh", claims: { repository: "org/*", ref: ["refs/heads/main", "refs/tags/*"] } } },
    {
      match: { issuer: "gh", claims: { "kubernetes.io": { namespace: "prod" } } },
      account: "app",
      maxLifetime: 60,
      audiences: ["https://*"],
    },
    { match: { access: true, claims: { email: "*@x.example" } } },
  ],
};

async function explained(as: Parameters<typeof explain>[1]): Promise<string> {
  const { service } = await settingsFor(config);
  return service === undefined ? "" : explain(service, as).join("\n");
}

describe("explain", () => {
  it("says what the client of a secret gets", async () => {
    expect(await explained("ci")).toBe(
      [
        "clients[0]: yes",
        "  instance   main",
        "  account    default",
        "  scopes     s",
        "  audiences  none: no ID tokens",
        "  control    the control API is open",
      ].join("\n"),
    );
  });

  it("says why each rule before the one that matches does not", async () => {
    const claims = {
      iss: issuer.issuer,
      repository: "org/app",
      ref: "refs/heads/x",
      "kubernetes.io": { namespace: "prod" },
    };
    expect(await explained(claims)).toBe(
      [
        'clients[0]: no, it is not for the issuer "gh"',
        'clients[1]: no, the claim "ref" is "refs/heads/x", not ["refs/heads/main","refs/tags/*"]',
        "clients[2]: yes",
        "  instance   main",
        "  account    app (app@x.example)",
        "  scopes     the account's",
        "  audiences  https://*",
        "  lifetime   at most 60 s",
      ].join("\n"),
    );
  });

  it.each([
    ["a tag", { iss: issuer.issuer, repository: "org/app", ref: "refs/tags/v1" }, "clients[1]: yes"],
    ["a person of Access", { iss: "https://team.example.com", email: "a@x.example" }, "clients[3]: yes"],
    ["a claim that is missing", { iss: issuer.issuer, repository: "org/app" }, 'the claim "ref" is missing'],
    ["nobody in particular", { iss: issuer.issuer }, "No rule is for this client: 403"],
    ["another audience", { iss: issuer.issuer, aud: "x" }, 'The audience is not "https://service.example.com": 401'],
    ["another issuer", { iss: "https://evil.example.com" }, 'No issuer of the configuration is "https://evil'],
    ["another secret", "cj", 'No secret has the name "cj": 401'],
  ])("knows %s", async (_, as, part) => {
    expect(await explained(as)).toContain(part);
  });
});
