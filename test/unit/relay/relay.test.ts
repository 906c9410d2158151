import { describe, expect, it, vi } from "vitest";
import { callFrom } from "../../../worker/http/request-call.ts";
import { createRelay } from "../../../worker/relay/relay.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { accounts, authFor, secretOf, startService, v1 } from "../service/fixture.ts";

const host = "http://127.0.0.1:8080";
const to = "https://tokens.example.com";
const config = {
  auth: authFor("ci", "admin"),
  instances: { main: { metadata: { instance: { attributes: { k: "v" } } } } },
  clients: [
    { match: { secret: "ci" }, audiences: ["https://*.example.com"] },
    { match: { secret: "admin" }, control: true },
  ],
};

type Interception = (url: string, init: RequestInit) => Promise<Response> | undefined;

/** A relay in front of a service in this process; `network.intercept` stands between them. */
async function world({ secret = "ci", base = to } = {}) {
  const { audit, clock, put, service } = await startService(config);
  const network: { intercept: Interception | undefined } = { intercept: undefined };
  const asked: { url: string; headers: Headers }[] = [];
  let current = secretOf(secret);
  const platform = createFakePlatform({
    clock,
    fetch: async (url, init = {}) => {
      const headers = new Headers(init.headers);
      asked.push({ url, headers: new Headers(headers) });
      headers.set("Host", new URL(url).host);
      const request = new Request(url, { ...init, headers, signal: null });
      const answer = network.intercept?.(url, init) ?? service.fetch(request);
      const aborted = new Promise<never>((_, reject) =>
        init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true }),
      );
      return Promise.race([answer, aborted]);
    },
  });
  const relay = createRelay({ to: base, credential: async () => current }, platform);
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
    relay.fetch(
      new Request(host + path, {
        ...init,
        headers: { Host: "metadata.google.internal", "Metadata-Flavor": "Google", ...headers },
      }),
    );
  const down = () => {
    network.intercept = () =>
      Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }));
  };
  return {
    relay,
    platform,
    clock,
    audit,
    asked,
    network,
    ask,
    down,
    admin: (path: string, body: unknown) => put("admin", path, body),
    service,
    turn: (name: string) => {
      current = name;
    },
  };
}

describe("a relay", () => {
  it("adds the credential, passes nothing else of the workload's identity, and asks for no compression", async () => {
    const { ask, asked } = await world();
    const answer = await ask(`${accounts}/default/token`, {
      Authorization: "Bearer of-the-workload",
      Cookie: "a=b",
      "User-Agent": "sdk/1",
    });
    expect(answer.status).toBe(200);
    const [{ headers, url } = { headers: new Headers(), url: "" }] = asked;
    expect(url).toBe(`${to}${accounts}/default/token`);
    expect(Object.fromEntries(headers)).toEqual({
      "accept-encoding": "identity",
      authorization: `Bearer ${secretOf("ci")}`,
      "metadata-flavor": "Google",
      "user-agent": "sdk/1",
    });
  });

  it("asks for Metadata-Flavor before the control API, since it adds the credential itself; health and keys are open", async () => {
    const { ask, asked } = await world({ secret: "admin" });
    const none = { "Metadata-Flavor": "" };
    const put = { method: "PUT", body: '"x"' };
    const metadata = "/emulator/v1/metadata/instance/attributes/k";
    for (const path of [
      "/emulator/v1/requests",
      "/emulator/v1/metrics",
      metadata,
      "/emulator/",
      "//emulator/v1/requests",
    ])
      expect((await ask(path, none)).status).toBe(403);
    expect((await ask(metadata, none, put)).status).toBe(403);
    expect(asked).toEqual([]);
    expect((await ask(metadata, {}, put)).status).toBe(204);
    expect((await ask("/emulator/v1/health", none)).status).toBe(200);
    expect((await ask("/emulator/v1/issuer/jwks", none)).status).toBe(200);
  });

  it("judges the workload itself, without asking the service", async () => {
    const { ask, asked } = await world();
    const refused = await Promise.all([
      ask("/", { Host: "evil.example.com" }),
      ask("/", { "X-Forwarded-For": "" }),
      ask("/", { Origin: "https://evil.example.com" }),
      ask(`${v1}/`, { "Metadata-Flavor": "no" }),
      ask("/", {}, { method: "OPTIONS" }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 405]);
    expect(asked).toEqual([]);
  });

  it("passes answers as they are, byte for byte and in the real server's casing", async () => {
    const { relay, service } = await world();
    const headers = { Host: "metadata.google.internal", "Metadata-Flavor": "Google" };
    for (const path of ["/", `${v1}/instance/attributes/k`, `${v1}/?recursive=true`, `${v1}/nowhere`]) {
      const given = await relay.handle(callFrom(new Request(host + path, { headers })));
      const direct = await service.handle(
        callFrom(new Request(to + path, { headers: { ...headers, Authorization: `Bearer ${secretOf("ci")}` } })),
      );
      expect(Object.entries(given.headers), path).toEqual(Object.entries(direct.headers));
      expect(new TextDecoder().decode(given.body as Uint8Array)).toBe(direct.body);
    }
  });

  it("leads redirects to the address that the workload used", async () => {
    const { ask } = await world();
    const answer = await ask(`${v1}/instance?recursive=true`, { Host: "169.254.169.254" });
    expect([answer.status, answer.headers.get("location")]).toEqual([
      301,
      "http://169.254.169.254/computeMetadata/v1/instance/?recursive=true",
    ]);
  });

  it("asks below the path of its service's URL", async () => {
    const { ask, asked, network } = await world({ base: `${to}/gme/` });
    network.intercept = () =>
      Promise.resolve(
        new Response("", {
          status: 301,
          headers: { Location: `${to}/gme/computeMetadata/v1/instance/`, "Metadata-Flavor": "Google" },
        }),
      );
    const answer = await ask(`${v1}/instance`);
    expect(asked[0]?.url).toBe(`${to}/gme/computeMetadata/v1/instance`);
    expect(answer.headers.get("location")).toBe("http://metadata.google.internal/computeMetadata/v1/instance/");
  });

  it("waits for a change as long as it takes", async () => {
    const { admin, ask, clock, service } = await world();
    const waiting = ask(`${v1}/instance/attributes/k?wait_for_change=true`);
    for (let minute = 0; minute < 10; minute++) {
      await vi.waitFor(() => expect(service.waiting).toBe(1));
      await clock.advance(60_000);
    }
    await vi.waitFor(() => expect(service.waiting).toBe(1));
    await admin("/emulator/v1/metadata/instance/attributes/k", "changed");
    expect(await (await waiting).text()).toBe("changed");
  });

  it("asks for a long wait in slices of a minute, and ends it when its own time is over", async () => {
    const { ask, asked, clock, service } = await world();
    const path = `${v1}/instance/attributes/k?wait_for_change=true&timeout_sec=150`;
    let ended = false;
    const waiting = ask(path).finally(() => {
      ended = true;
    });
    for (const seconds of [60, 60, 30]) {
      await vi.waitFor(() => expect(service.waiting).toBe(1));
      expect(ended).toBe(false);
      await clock.advance(seconds * 1000);
    }
    expect([(await waiting).status, await (await waiting).text()]).toEqual([200, "v"]);
    const waits = asked.map(({ url }) => new URL(url).searchParams).filter((query) => query.has("wait_for_change"));
    expect(waits.map((query) => query.get("timeout_sec"))).toEqual(["60", "60", "30"]);
    expect(new Set(waits.map((query) => query.get("last_etag"))).size).toBe(1);
  });

  it.each(["timeout_sec=", "timeout_sec=x", "timeout_sec=10&last_etag=", "last_etag=0"])(
    "leaves it to the service what %s means",
    async (rest) => {
      const { ask, audit, service } = await world();
      const answer = await ask(`${v1}/instance/attributes/k?wait_for_change=true&${rest}`);
      expect(answer.status).toBe(/timeout_sec=(x|$)/.test(rest) ? 400 : 200);
      expect([service.waiting, audit]).toEqual([0, []]);
    },
  );

  it("waits a slice longer at most where the clock is set back meanwhile", async () => {
    const { ask, clock, service } = await world();
    const waiting = ask(`${v1}/instance/attributes/k?wait_for_change=true&timeout_sec=90`);
    await vi.waitFor(() => expect(service.waiting).toBe(1));
    clock.jump(-5 * 3_600_000);
    let ended = false;
    void waiting.then(() => {
      ended = true;
    });
    for (const seconds of [60, 60, 30]) {
      await vi.waitFor(() => expect(service.waiting).toBe(1));
      expect(ended).toBe(false);
      await clock.advance(seconds * 1000);
    }
    expect((await waiting).status).toBe(200);
  });

  it("reads 8 MiB of an answer at most", async () => {
    const { ask, network, platform } = await world();
    const piece = new Uint8Array(256 * 1024);
    let given = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += piece.length;
        controller.enqueue(piece);
      },
      cancel() {
        cancelled = true;
      },
    });
    network.intercept = async () => new Response(body, { headers: { "Metadata-Flavor": "Google" } });
    const answer = await ask(`${v1}/instance/attributes/k`);
    expect([answer.status, cancelled]).toEqual([503, true]);
    expect(await answer.text()).toContain("answered with more than 8 MiB");
    expect(given).toBeLessThan(9 * 1024 * 1024);
    expect(platform.lines.at(-1)?.message).toContain("answered with more than 8 MiB");
  });

  it("takes 2 MiB of a request at most", async () => {
    const { ask, asked } = await world({ secret: "admin" });
    const put = (size: number) =>
      ask("/emulator/v1/metadata/instance/x", {}, { method: "PUT", body: "1".repeat(size) });
    expect((await put(2 * 1024 * 1024 + 1)).status).toBe(413);
    expect(asked).toEqual([]);
  });

  it("logs nothing of a client that goes away", async () => {
    const { network, platform, relay } = await world();
    const gone = new AbortController();
    let reached = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      reached = resolve;
    });
    network.intercept = () => {
      reached();
      return new Promise(() => undefined);
    };
    const headers = { Host: "metadata.google.internal", "Metadata-Flavor": "Google" };
    const answer = relay.fetch(new Request(`${host}${v1}/instance/id`, { headers, signal: gone.signal }));
    await asked;
    gone.abort();
    await answer;
    expect(platform.lines).toEqual([]);
  });

  it("ends waiting requests with 503 when it ends", async () => {
    const { ask, relay, service } = await world();
    const waiting = ask(`${v1}/instance/attributes/k?wait_for_change=true`);
    await vi.waitFor(() => expect(service.waiting).toBe(1));
    relay.close();
    expect((await waiting).status).toBe(503);
  });

  it("shows a credential that was rotated with the next request", async () => {
    const { ask, asked, turn } = await world();
    await ask("/");
    turn("another-credential");
    expect((await ask("/")).status).toBe(401);
    expect(asked.at(-1)?.headers.get("authorization")).toBe("Bearer another-credential");
  });

  it("passes on a refusal of its credential, with a line in the log and no token of before", async () => {
    const { ask, platform, turn } = await world();
    expect((await ask(`${accounts}/default/token`)).status).toBe(200);
    turn("wrong");
    expect((await ask(`${accounts}/default/token`)).status).toBe(401);
    expect(platform.lines.map(({ message }) => message).join()).toContain("refused the credential of this relay (401)");
  });
});

describe("while its service is away", () => {
  const token = `${accounts}/default/token`;
  const identity = `${accounts}/default/identity?audience=https://a.example.com`;

  it("serves the tokens that it has passed on before, with the life that is left, until a minute before their end", async () => {
    const { ask, clock, down } = await world();
    const first = (await (await ask(token)).json()) as { access_token: string; expires_in: number };
    const id = await (await ask(identity)).text();
    down();
    await clock.advance(600_000);
    expect(await (await ask(token)).json()).toEqual({ ...first, expires_in: first.expires_in - 600 });
    expect(await (await ask(identity)).text()).toBe(id);
    await clock.advance((first.expires_in - 600 - 60) * 1000);
    expect([(await ask(token)).status, (await ask(identity)).status]).toEqual([503, 503]);
  });

  it.each([token, identity])("lets no token live longer where the clock is set back: %s", async (path) => {
    const { ask, clock, down } = await world();
    await ask(path);
    down();
    await clock.advance(3_000_000);
    expect((await ask(path)).status).toBe(200);
    clock.jump(-5 * 3_600_000);
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    if (path === token) expect(((await answer.json()) as { expires_in: number }).expires_in).toBe(600);
    await clock.advance(600_000);
    expect((await ask(path)).status).toBe(503);
  });

  it("has the tokens of the five hundred requests that it was asked last", async () => {
    const { ask, clock, down } = await world();
    const of = (i: number) => `${accounts}/default/identity?audience=https://a${i}.example.com`;
    for (let i = 0; i <= 500; i++) {
      expect((await ask(of(i))).status).toBe(200);
      // The service takes twenty requests a second for long.
      await clock.advance(50);
    }
    down();
    expect([(await ask(of(0))).status, (await ask(of(1))).status, (await ask(of(500))).status]).toEqual([
      503, 200, 200,
    ]);
  });

  it("does not repeat a runtime's words about the credential", async () => {
    const { ask, network, platform } = await world();
    network.intercept = (_, { headers }) =>
      Promise.reject(new TypeError(`invalid header ${new Headers(headers).get("authorization")}`));
    const answer = await ask(token);
    expect(await answer.text()).toContain("invalid header [redacted]");
    expect(JSON.stringify(platform.lines)).not.toContain(secretOf("ci"));
  });

  it("answers 503 to everything else and says whose fault it is", async () => {
    const { ask, down, platform } = await world();
    await ask(token);
    await ask(`${v1}/instance/attributes/k`);
    down();
    for (const path of ["/", `${v1}/instance/attributes/k`, `${token}?scopes=x`]) {
      const answer = await ask(path);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain(
        "The service at https://tokens.example.com cannot be reached: ECONNREFUSED",
      );
    }
    expect(platform.lines.at(-1)?.message).toContain("The service at https://tokens.example.com cannot be reached");
  });

  it.each<[string, () => Response]>([
    ["an edge answers 502", () => new Response("bad gateway", { status: 502 })],
    ["an edge answers 530", () => new Response("error 1033", { status: 530 })],
    ["a portal answers 200", () => new Response("<html>log in</html>", { headers: { "Content-Type": "text/html" } })],
    ["a login page is elsewhere", () => Response.redirect("https://login.example.com/", 302)],
  ])("never passes off as the metadata server what stands in between: %s", async (_, answer) => {
    const { ask, network } = await world();
    const given = await (await ask(token)).json();
    network.intercept = () => Promise.resolve(answer());
    expect((await ask("/")).status).toBe(503);
    expect(await (await ask(token)).json()).toEqual(given);
  });

  it("gives a service that says nothing up in time, and goes on when it is back", async () => {
    const { ask, clock, network } = await world();
    network.intercept = () => new Promise(() => undefined);
    const answer = ask("/");
    await clock.advance(28_000);
    expect((await answer).status).toBe(503);
    network.intercept = undefined;
    expect((await ask("/")).status).toBe(200);
  });
});
