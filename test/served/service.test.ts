/**
 * An authenticated service on the runtime of this project, workerd with the variables of its production environment:
 * who is let in, what each client gets, and what is written down about it.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type IdentityProvider, serveIdentityProvider } from "../fakes/identity-provider.ts";
import { rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const secret = "a-secret-of-more-than-thirty-two-characters";
const sha256 = createHash("sha256").update(secret).digest("hex");
const v1 = "/computeMetadata/v1";
const account = `${v1}/instance/service-accounts/default`;
const scopes = ["https://www.googleapis.com/auth/devstorage.read_only"];

/** What the production environment of wrangler.toml sets. */
const production = (() => {
  const [, vars = ""] = /\[env\.production\.vars\]\n([\s\S]*?)\n\n/.exec(readFileSync("wrangler.toml", "utf8")) ?? [];
  return Object.fromEntries([...vars.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name = "", value = ""]) => [name, value]));
})();

let idp: Awaited<ReturnType<typeof serveIdentityProvider>>;
let server: RunningServer;
beforeAll(async () => {
  idp = await serveIdentityProvider();
  server = await startServer(inject("runtime"), { env: production, config: configOf(idp.provider) });
});
afterAll(async () => {
  await server.stop();
  await idp.close();
});

function configOf({ audience, issuer }: IdentityProvider) {
  const app = { email: "app@x.example" };
  return {
    auth: { secrets: [{ name: "ci", sha256 }], issuers: [{ name: "idp", issuer, audience }] },
    instances: {
      main: { metadata: { instance: { attributes: { team: "a" } } }, accounts: { default: {}, app } },
      other: {
        metadata: { instance: { attributes: { team: "b" } } },
        accounts: { default: { email: "b@x.example", scopes: [...scopes, "other"] } },
      },
    },
    clients: [
      { match: { secret: "ci" }, instance: "main", account: "app", scopes, audiences: ["https://*.example.com"] },
      { match: { issuer: "idp", claims: { repository: "org/*" } }, instance: "other", maxLifetime: 600 },
    ],
  };
}

const ask = (path: string, credential?: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(server.origin + path, {
    redirect: "manual",
    headers: {
      "Metadata-Flavor": "Google",
      ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }),
      ...headers,
    },
  });
const written = () => server.stdout() + server.stderr();

describe("a service", () => {
  it("answers 401 to everybody whom it does not know, whatever is asked, and is open about its health only", async () => {
    const expired = await idp.provider.token({ repository: "org/app", exp: 1 });
    for (const path of ["/", `${account}/token`, "/emulator/v1/requests", "/nowhere"]) {
      const answers = await Promise.all([
        ask(path),
        ask(path, "wrong"),
        ask(path, `${"a".repeat(12_000)}.b.c`),
        ask(path, expired),
        ask(path, undefined, { "Metadata-Flavor": "" }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    }
    const health = await ask("/emulator/v1/health");
    expect([health.status, await health.json()]).toMatchObject([200, { status: "ok" }]);
  });

  it("gives the client of a secret its account and scopes, and no token for more", async () => {
    expect(await (await ask(`${account}/email`, secret)).text()).toBe("app@x.example");
    expect(await (await ask(`${account}/scopes`, secret)).text()).toBe(`${scopes[0]}\n`);
    const token = (await (await ask(`${account}/token`, secret)).json()) as Record<string, unknown>;
    expect(token).toMatchObject({ token_type: "Bearer" });
    expect((await ask(`${account}/token?scopes=https://www.googleapis.com/auth/cloud-platform`, secret)).status).toBe(
      403,
    );
    expect((await ask(`${account}/identity?audience=https://a.example.com`, secret)).status).toBe(200);
    expect((await ask(`${account}/identity?audience=https://a.example.org`, secret)).status).toBe(403);
  });

  it("answers requests whose Host no URL can hold, which never come to the instance as they are", async () => {
    const answer = await rawRequest(Number(new URL(server.origin).port), {
      target: `${account}/email`,
      headers: [
        ["Host", "a b"],
        ["Metadata-Flavor", "Google"],
        ["Authorization", `Bearer ${secret}`],
      ],
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, "app@x.example"]);
  });

  it("gives the workload with an identity of its own another instance, and 403 to one that no rule is for", async () => {
    const app = await idp.provider.token({ repository: "org/app" });
    const leaf = `${v1}/instance/attributes/team`;
    expect(await (await ask(leaf, app)).text()).toBe("b");
    expect(await (await ask(leaf, secret)).text()).toBe("a");
    const { expires_in } = (await (await ask(`${account}/token`, app)).json()) as { expires_in: number };
    expect(expires_in).toBeLessThanOrEqual(600);
    expect((await ask(leaf, await idp.provider.token({ repository: "evil/app" }))).status).toBe(403);
    expect((await ask(leaf, await idp.provider.token({ repository: "org/app/x" }))).status).toBe(403);
  });

  it("does not believe what a client says to have been settled", async () => {
    const admitted = { admitted: { rule: 1, subject: { client: "x" } } };
    const headers = { "X-Emulator-Admitted": encodeURIComponent(JSON.stringify(admitted)) };
    expect((await ask("/", undefined, headers)).status).toBe(401);
    const leaf = `${v1}/instance/attributes/team`;
    expect(await (await ask(leaf, secret, headers)).text()).toBe("a");
  });

  it("judges neither its own name nor what an edge adds, but browsers", async () => {
    expect((await ask("/", secret, { "X-Forwarded-For": "10.0.0.1" })).status).toBe(200);
    expect((await ask("/", secret, { Origin: "https://evil.example.com" })).status).toBe(403);
  });

  it("lets a burst of 200 requests of one client through", async () => {
    const token = await idp.provider.token({ repository: "org/burst", sub: "burst" });
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask("/", token)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const more = await Promise.all(Array.from({ length: 300 }, () => ask("/", token)));
    expect(more.some(({ status }) => status === 429)).toBe(true);
  });

  it("fetches a token once, however many ask for it at the same time", async () => {
    const token = await idp.provider.token({ repository: "org/flight", sub: "flight" });
    const path = `${account}/token?scopes=${scopes[0]}`;
    const answers = await Promise.all(Array.from({ length: 40 }, async () => (await ask(path, token)).json()));
    expect(new Set(answers.map((answer) => (answer as { access_token: string }).access_token)).size).toBe(1);
    await vi.waitFor(() => expect(written().split('"client":"idp:flight"').length - 1).toBe(40), { timeout: 10_000 });
    const lines = written()
      .split("\n")
      .filter((line) => line.includes('"client":"idp:flight"'));
    expect(lines.filter((line) => line.includes('"cache":"miss"'))).toHaveLength(1);
  });

  it("accepts a key that the issuer has had for a moment", async () => {
    await idp.provider.rotate();
    const token = await idp.provider.token({ repository: "org/app" });
    await vi.waitFor(async () => expect((await ask("/", token)).status).toBe(200), { timeout: 10_000, interval: 500 });
  });

  it("writes a line for every token and every refusal, and neither token nor secret", async () => {
    const { access_token } = (await (await ask(`${account}/token`, secret)).json()) as { access_token: string };
    const hex = createHash("sha256").update(access_token).digest("hex").slice(0, 12);
    await vi.waitFor(() => expect(written()).toContain(`sha256:${hex}`), { timeout: 5_000 });
    const lines = written()
      .split("\n")
      .flatMap((line) => (line.includes('"audit"') ? [line.slice(line.indexOf("{"))] : []));
    const audit = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(audit).toContainEqual(
      expect.objectContaining({
        audit: "mint",
        client: "ci",
        account: "app@x.example",
        scopes,
        fingerprint: `sha256:${hex}`,
      }),
    );
    expect(audit).toContainEqual(expect.objectContaining({ audit: "refusal", client: null, status: 401 }));
    expect(audit).toContainEqual(expect.objectContaining({ audit: "mint", client: "idp:job", sub: "job" }));
    expect(written()).not.toContain(access_token);
    expect(written()).not.toContain(secret);
  });
});

describe("the production environment", () => {
  it("takes a configuration that is longer than one of Cloudflare's variables from several", async () => {
    const text = JSON.stringify(configOf(idp.provider));
    const parts = { METADATA_CONFIG: text.slice(0, 300), METADATA_CONFIG_2: text.slice(300, 500) };
    const env = { ...production, ...parts, METADATA_CONFIG_3: text.slice(500) };
    // Elsewhere there is no such limit, and a file.
    const started = startServer(inject("runtime"), inject("runtime") === "workerd" ? { env } : { config: text });
    const split = await started;
    const headers = { "Metadata-Flavor": "Google", Authorization: `Bearer ${secret}` };
    expect(await (await fetch(`${split.origin}${account}/email`, { headers })).text()).toBe("app@x.example");
    await split.stop();
  });

  it("serves nothing without authentication, or with a mistake in it, and says why", async () => {
    if (inject("runtime") !== "workerd") {
      const started = startServer(inject("runtime"), { env: production, config: { metadata: {} } });
      await expect(started).rejects.toThrow("METADATA_REQUIRE_AUTH");
      return;
    }
    for (const config of [{ metadata: {} }, { auth: {} }, "{", { auth: { secrets: [] }, clients: [{ match: {} }] }]) {
      const closed = await startServer("workerd", { env: production, config });
      for (const path of ["/", "/emulator/v1/health", `${account}/token`]) {
        const headers = { "Metadata-Flavor": "Google", Authorization: `Bearer ${secret}` };
        expect((await fetch(closed.origin + path, { headers })).status).toBe(503);
      }
      await vi.waitFor(() => expect(closed.stdout() + closed.stderr()).toContain("Nothing is served"), {
        timeout: 5_000,
      });
      await closed.stop();
    }
  });

  it.runIf(inject("runtime") === "workerd")(
    "serves nothing of a service with a mistake, though nobody says that there has to be one",
    async () => {
      const env = { GOOGLE_APPLICATION_CREDENTIALS_JSON: "{oops" };
      const closed = await startServer("workerd", { env, config: configOf(idp.provider) });
      for (const path of ["/", `${account}/token`]) {
        const headers = { "Metadata-Flavor": "Google", Authorization: `Bearer ${secret}` };
        expect((await fetch(closed.origin + path, { headers })).status).toBe(503);
      }
      await closed.stop();
    },
  );
});
