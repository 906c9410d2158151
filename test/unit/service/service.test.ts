import { describe, expect, it, vi } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { accounts, authFor, secretOf, settingsFor, startService, v1 } from "./fixture.ts";

const [a, b, c] = ["scope/a", "scope/b", "other/c"] as const;
const main = {
  metadata: { instance: { attributes: { greeting: "hello" } } },
  accounts: {
    default: { email: "default@x.example", scopes: [a, b, c] },
    ci: { email: "ci@x.example", scopes: [a, b, c] },
    fixed: { email: "fixed@x.example", source: { type: "static", accessToken: "given" } },
  },
};
const rule = (secret: string, rest: object = {}) => ({ match: { secret }, instance: "main", account: "ci", ...rest });
const config = {
  auth: authFor("plain", "narrow", "wild", "id", "short", "nobody", "other"),
  instances: { main, other: { metadata: { instance: { attributes: { greeting: "other" } } } } },
  clients: [
    rule("plain"),
    rule("narrow", { scopes: [b] }),
    rule("wild", { scopes: ["scope/*"] }),
    rule("id", { audiences: ["https://*.example.com"] }),
    rule("short", { maxLifetime: 900 }),
    { match: { secret: "other" }, instance: "other" },
  ],
};
const tokenOf = async (answer: Response) => (await answer.json()) as { access_token: string; expires_in: number };

/** Scopes of a token of the local issuer. */
async function scopesOf(answer: Response): Promise<string> {
  const { access_token } = await tokenOf(answer);
  const [, payload = ""] = access_token.replace("ya29.emulator.", "").split(".");
  return (JSON.parse(atob(payload)) as { scope: string }).scope;
}

it("is served by no emulator of its own, which would know no clients", async () => {
  const settings = await settingsFor(config);
  await expect(createEmulatorCore(settings, createFakePlatform())).rejects.toThrow("the settings of a service");
});

describe("who is let in", () => {
  it.each(["/", v1, `${accounts}/default/token`, "/emulator/v1/issuer/jwks", "/emulator/v1/healthy", "/nowhere"])(
    "answers 401 at %s to everybody unknown, always with the same body",
    async (path) => {
      const { ask } = await startService(config);
      const answers = await Promise.all([
        ask("", path),
        ask("", path, { Authorization: "Bearer wrong" }),
        ask("", path, { Authorization: `Bearer ${"a".repeat(40)}.b.c` }),
        ask("", path, { "Metadata-Flavor": "no" }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    },
  );

  it("answers for its health to everybody", async () => {
    const { ask } = await startService(config);
    expect(await (await ask("", "/emulator/v1/health")).json()).toMatchObject({ status: "ok" });
  });

  it("answers 403 to a client that no rule is for, and says so in the audit", async () => {
    const { ask, audit } = await startService(config);
    expect((await ask("nobody", "/")).status).toBe(403);
    expect(audit).toMatchObject([{ audit: "refusal", client: "nobody", status: 403 }]);
  });

  it("judges neither Host nor X-Forwarded-For, but browsers, methods and the header", async () => {
    const { ask, service } = await startService(config);
    const leaf = `${v1}/instance/attributes/greeting`;
    expect((await ask("plain", leaf, { "X-Forwarded-For": "10.0.0.1" })).status).toBe(200);
    expect((await ask("plain", leaf, { Origin: "https://evil.example.com" })).status).toBe(403);
    expect((await ask("plain", leaf, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await ask("plain", leaf, { "Metadata-Flavor": "no" })).status).toBe(403);
    const headers = { Authorization: `Bearer ${secretOf("plain")}`, Host: "service.example.com" };
    const options = new Request(`http://service.example.com${leaf}`, { method: "OPTIONS", headers });
    expect((await service.fetch(options)).status).toBe(405);
  });
});

describe("what a client gets", () => {
  it("is its account as default and under its e-mail, and no other", async () => {
    const { ask } = await startService(config);
    expect(await (await ask("plain", `${accounts}/`)).text()).toBe("ci@x.example/\ndefault/\n");
    expect(await (await ask("plain", `${accounts}/default/email`)).text()).toBe("ci@x.example");
    for (const name of ["default@x.example", "fixed@x.example", "fixed"])
      for (const leaf of ["", "token", "email"])
        expect((await ask("plain", `${accounts}/${name}/${leaf}`)).status).toBe(404);
    expect(await (await ask("plain", `${v1}/?recursive=true`)).text()).not.toContain("fixed@x.example");
  });

  it("are the rule's scopes: in leaf, recursive output and by default", async () => {
    const { ask } = await startService(config);
    expect(await (await ask("narrow", `${accounts}/default/scopes`)).text()).toBe(`${b}\n`);
    const tree = (await (await ask("narrow", `${accounts}/?recursive=true`)).json()) as Record<string, object>;
    expect(tree.default).toMatchObject({ scopes: [b] });
    expect(await scopesOf(await ask("narrow", `${accounts}/default/token`))).toBe(b);
    expect(await scopesOf(await ask("wild", `${accounts}/default/token`))).toBe(`${a} ${b}`);
    expect(await scopesOf(await ask("plain", `${accounts}/default/token`))).toBe([c, a, b].join(" "));
  });

  it("may be one of the scopes, and never one outside", async () => {
    const { ask } = await startService(config);
    const token = (client: string, scopes: string) => ask(client, `${accounts}/default/token?scopes=${scopes}`);
    expect(await scopesOf(await token("wild", a))).toBe(a);
    expect(await scopesOf(await token("wild", "scope/new"))).toBe("scope/new");
    for (const [client, scopes] of [
      ["narrow", a],
      ["wild", c],
      ["plain", "scope/new"],
      ["narrow", `${b},${a}`],
    ] as const)
      expect((await token(client, scopes)).status, `${client} ${scopes}`).toBe(403);
  });

  it("are ID tokens for the rule's audiences only", async () => {
    const { ask } = await startService(config);
    const id = (client: string, audience: string) =>
      ask(client, `${accounts}/default/identity?audience=${encodeURIComponent(audience)}`);
    expect((await id("id", "https://a.example.com")).status).toBe(200);
    expect((await id("id", "https://a.example.com/path")).status).toBe(403);
    expect((await id("plain", "https://a.example.com")).status).toBe(403);
  });

  it("lives no longer than the rule says", async () => {
    const { ask } = await startService(config);
    expect((await tokenOf(await ask("short", `${accounts}/default/token`))).expires_in).toBeLessThanOrEqual(900);
    expect((await tokenOf(await ask("plain", `${accounts}/default/token`))).expires_in).toBeGreaterThan(3_000);
  });

  it("is its own instance", async () => {
    const { ask } = await startService(config);
    expect(await (await ask("plain", `${v1}/instance/attributes/greeting`)).text()).toBe("hello");
    expect(await (await ask("other", `${v1}/instance/attributes/greeting`)).text()).toBe("other");
  });

  it("is refused at the start when a token cannot be shortened", async () => {
    const clients = [rule("short", { account: "fixed", maxLifetime: 900 })];
    const started = startService({ ...config, clients });
    await expect(started).rejects.toThrow(ConfigurationError);
    await expect(started).rejects.toThrow("clients[0].maxLifetime: The account's credential cannot shorten");
  });
});

describe("the audit", () => {
  it("has a line for each token, with its fingerprint and never the token", async () => {
    const { ask, audit } = await startService(config);
    const { access_token } = await tokenOf(await ask("narrow", `${accounts}/default/token`));
    await ask("narrow", `${accounts}/default/token`);
    expect(audit).toMatchObject([
      {
        audit: "mint",
        client: "narrow",
        rule: "clients[1]",
        instance: "main",
        account: "ci@x.example",
        scopes: [b],
        lifetime: 3600,
        cache: "miss",
      },
      { audit: "mint", cache: "hit" },
    ]);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(access_token)));
    const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(audit[0]?.fingerprint).toBe(`sha256:${hex.slice(0, 12)}`);
    expect(JSON.stringify(audit)).not.toContain(access_token);
  });

  it("has a line for each refusal with its reason", async () => {
    const { ask, audit } = await startService(config);
    await ask("", "/");
    await ask("narrow", `${accounts}/default/token?scopes=${a}`);
    await ask("plain", `${accounts}/default/identity?audience=x`);
    expect(audit).toMatchObject([
      { audit: "refusal", client: null, status: 401, reason: "no credential" },
      { audit: "refusal", client: "narrow", status: 403, scopes: [a], reason: expect.stringContaining(a) },
      { audit: "refusal", client: "plain", status: 403, audience: "x", reason: expect.stringContaining("ID tokens") },
    ]);
  });
});

describe("limits", () => {
  it("let a burst of 200 requests and a little more through, then answer 429 until there is room", async () => {
    const { ask, audit, clock } = await startService(config);
    const burst = await Promise.all(Array.from({ length: 250 }, () => ask("plain", `${accounts}/default/token`)));
    expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([200]));
    const over = await ask("plain", "/");
    expect([over.status, over.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(audit.at(-1)).toMatchObject({ audit: "refusal", client: "plain", status: 429 });
    expect((await ask("narrow", "/")).status).toBe(200);
    await clock.advance(1_000);
    expect((await ask("plain", "/")).status).toBe(200);
  });

  it("count the tokens of one account over all its clients", async () => {
    const limits = { account: { burst: 2, perSecond: 1 } };
    const { ask } = await startService({ ...config, limits });
    const asked = [];
    for (const client of ["plain", "narrow", "wild"])
      asked.push((await ask(client, `${accounts}/default/token`)).status);
    expect(asked).toEqual([200, 200, 429]);
    expect((await ask("wild", `${v1}/instance/attributes/greeting`)).status).toBe(200);
  });
});

describe("waiting for a change", () => {
  const path = `${v1}/instance/attributes/greeting?wait_for_change=true`;
  const patched = { ...config, auth: authFor("plain", "narrow", "wild", "id", "short", "nobody", "other", "admin") };
  const withAdmin = { ...patched, clients: [...config.clients, rule("admin", { control: true })] };
  const waits = (service: { readonly waiting: number }, count: number) =>
    vi.waitFor(() => expect(service.waiting).toBe(count));

  it("ends when the value changes, for the clients of every rule and of no other instance", async () => {
    const { ask, put, service } = await startService(withAdmin);
    const waiting = [ask("plain", path), ask("narrow", path)];
    void ask("other", path);
    await waits(service, 3);
    expect((await put("admin", "/emulator/v1/metadata/instance/attributes/greeting", "changed")).status).toBe(204);
    expect(await Promise.all(waiting.map(async (answer) => (await answer).text()))).toEqual(["changed", "changed"]);
    expect(service.waiting).toBe(1);
    service.close();
  });

  it("is not ended by what only another rule's client sees", async () => {
    const { ask, put, service } = await startService(withAdmin);
    const waiting = ask("plain", `${v1}/?recursive=true&wait_for_change=true`);
    await waits(service, 1);
    await put("admin", "/emulator/v1/metadata/instance/service-accounts/fixed@x.example/scopes", ["new"]);
    expect(service.waiting).toBe(1);
    service.close();
    expect((await waiting).status).toBe(503);
  });

  it("ends with 503 when the rules change or the service ends", async () => {
    const { ask, service } = await startService(config);
    const first = ask("plain", path);
    await waits(service, 1);
    await service.configure(await settingsFor(config));
    expect((await first).status).toBe(503);
    const second = ask("plain", path);
    await waits(service, 1);
    service.close();
    expect((await second).status).toBe(503);
  });
});

describe("control", () => {
  it("is a rule's to give, on its own instance", async () => {
    const clients = [
      rule("plain", { control: true }),
      rule("narrow"),
      { match: { secret: "other" }, instance: "other" },
    ];
    const { ask, put } = await startService({ ...config, clients });
    // What was counted of an instance is for those alone who control it.
    for (const path of ["metrics", "requests", "metadata/", "faults", "stream"])
      expect((await ask("narrow", `/emulator/v1/${path}`)).status).toBe(404);
    const at = "/emulator/v1/metadata/instance/attributes/greeting";
    expect((await put("other", at, "x")).status).toBe(404);
    expect((await put("plain", at, "x")).status).toBe(204);
    const leaf = `${v1}/instance/attributes/greeting`;
    expect(await Promise.all(["plain", "other"].map(async (client) => (await ask(client, leaf)).text()))).toEqual([
      "x",
      "other",
    ]);
    expect(JSON.stringify(await (await ask("plain", "/emulator/v1/requests")).json())).toContain(leaf);
    expect((await ask("", "/emulator/v1/requests")).status).toBe(401);
  });

  it("tells in metrics which tokens were made and which were held", async () => {
    const { ask } = await startService({ ...config, clients: [rule("plain", { control: true, audiences: ["a"] })] });
    for (const leaf of ["token", "token", "token", "identity?audience=a"])
      await ask("plain", `${accounts}/default/${leaf}`);
    const metrics = await (await ask("plain", "/emulator/v1/metrics")).text();
    expect(metrics).toMatch(/cache_requests_total\{outcome="minted"\} 2$/m);
    expect(metrics).toMatch(/cache_requests_total\{outcome="hit"\} 2$/m);
  });
});

describe("another configuration", () => {
  it("is in force as a whole: rules, secrets and instances", async () => {
    const { ask, service } = await startService(config);
    expect((await ask("plain", "/")).status).toBe(200);
    await service.configure(await settingsFor({ ...config, auth: authFor("nobody"), clients: [rule("nobody")] }));
    expect([(await ask("plain", "/")).status, (await ask("nobody", "/")).status]).toEqual([401, 200]);
  });

  it("leaves everything as it was when a credential in it cannot be used", async () => {
    const { ask, service } = await startService(config);
    const clients = [rule("plain", { account: "fixed", maxLifetime: 900 })];
    await expect(service.configure(await settingsFor({ ...config, clients }))).rejects.toThrow(ConfigurationError);
    expect((await ask("narrow", "/")).status).toBe(200);
  });
});
