/** `/emulator/v1/stream` and `/emulator/`, by requests to a whole emulator on a clock that stands still. */
import { describe, expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { createEventReader } from "../../../worker/inspector/page/server-events.ts";
import { createRequestView } from "../../../worker/inspector/request-view.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { get, settingsWith } from "../metadata/fixture.ts";

const controlToken = "control-token-of-this-test";
const tokenPath = "instance/service-accounts/default/token";
const page = { type: "text/html; charset=utf-8", text: "<title>Inspector</title>" };

async function world(token: string | undefined = controlToken) {
  const clock = createFakeClock();
  const emulator = await createEmulatorCore(
    settingsWith({ instance: { attributes: { k: "v" } } }, token === undefined ? {} : { controlToken: token }),
    createFakePlatform({ clock }),
    { loadAssets: async () => ({ assets: { "index.html": page } }) },
  );
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    emulator.fetch(new Request(`http://localhost${path}`, { method, headers: { Host: "localhost", ...headers } }));
  return { clock, emulator, ask };
}

const authorization = { Authorization: `Bearer ${controlToken}` };

/** Opens the stream; `next(name)` is the data of the next event of that name. */
async function open({ ask, clock }: Pick<Awaited<ReturnType<typeof world>>, "ask" | "clock">) {
  const answer = await ask("/emulator/v1/stream", authorization);
  const reader = (answer.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decode = new TextDecoder();
  const parse = createEventReader();
  const held: { name: string; data: string }[] = [];
  const text: string[] = [];
  const next = async (name: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const at = held.findIndex((event) => event.name === name);
      if (at !== -1) return JSON.parse(held.splice(0, at + 1).at(-1)?.data ?? "") as Record<string, unknown>;
      const piece = reader.read();
      // The feed pauses between looks; time has to move on for it.
      const moving = setInterval(() => void clock.advance(100), 1);
      const { done, value } = await piece.finally(() => clearInterval(moving));
      if (done) throw new Error("the stream ended");
      const string = decode.decode(value);
      text.push(string);
      held.push(...parse(string));
    }
  };
  return { answer, next, reader, text };
}

describe("/emulator/v1/stream", () => {
  it("is not there without a control token, and closed without its bearer", async () => {
    const off = await createEmulatorCore(settingsWith({}), createFakePlatform());
    const request = new Request("http://localhost/emulator/v1/stream", {
      headers: { Host: "localhost", ...authorization },
    });
    expect((await off.fetch(request)).status).toBe(404);
    const { ask } = await world();
    expect((await ask("/emulator/v1/stream")).status).toBe(401);
    expect((await ask(`/emulator/v1/stream?token=${controlToken}`)).status).toBe(401);
  });

  it("is a stream of events that nobody keeps", async () => {
    const { answer, next } = await open(await world());
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await next("hello")).toMatchObject({ preset: "vm", runtime: "testland" });
  });

  it("tells what happened before it was opened, and each request from then on", async () => {
    const all = await world();
    await get(all.emulator, "instance/id", { headers: { "User-Agent": "early/1" } });
    const { next } = await open(all);
    expect(await next("request")).toMatchObject({ path: "/computeMetadata/v1/instance/id", client: "early/1" });
    await get(all.emulator, "instance/attributes/k");
    const request = await next("request");
    expect(request).toMatchObject({ id: 2, status: 200, answer: { body: "v", cut: false } });
    expect(JSON.stringify(request)).toContain('["metadata-flavor","Google"]');
  });

  it("shows tokens by their fingerprint only", async () => {
    const all = await world();
    const { next, text } = await open(all);
    const { access_token } = (await (await get(all.emulator, tokenPath)).json()) as { access_token: string };
    await get(all.emulator, `instance/nothing?access_token=${access_token}`, {
      headers: { Authorization: "Bearer hush" },
    });
    const [first, second] = [await next("request"), await next("request")];
    expect(first).toMatchObject({ cache: "minted" });
    expect(JSON.stringify(first)).toMatch(/sha256:[0-9a-f]{12}/);
    expect(second).toMatchObject({ path: "/computeMetadata/v1/instance/nothing?access_token=[redacted]" });
    expect(text.join("")).not.toContain(access_token);
    expect(text.join("")).not.toContain("hush");
  });

  it("takes the whole answer of identity for a token, whatever its form", async () => {
    const source = { type: "static", accessToken: "fixed-access", idToken: "fixed-identity" };
    const emulator = await createEmulatorCore(
      settingsWith({}, { controlToken, accounts: { default: { source, origin: "the test" } } }),
      createFakePlatform({ clock: createFakeClock() }),
    );
    for (const path of [tokenPath, "instance/service-accounts/default/identity?audience=a"])
      expect((await get(emulator, path)).status).toBe(200);
    const view = createRequestView();
    const shown = await Promise.all(emulator.journal.since(0).map(view));
    expect(shown.map(({ answer }) => answer.body)).toEqual([
      expect.stringMatching(/"access_token":"sha256:[0-9a-f]{12}"/),
      expect.stringMatching(/^sha256:[0-9a-f]{12}$/),
    ]);
  });

  it("tells the tree anew when it has changed, and who waits", async () => {
    const all = await world();
    const { next } = await open(all);
    expect(await next("tree")).toMatchObject({ version: 1, changed: [] });
    const waits = get(all.emulator, "instance/attributes/k?wait_for_change=true");
    expect(await next("waiters")).toEqual({ paths: [] });
    expect(await next("waiters")).toEqual({ paths: [["instance/attributes/k", 1]] });
    await (await all.emulator.control()).set("instance/attributes/k", "w");
    expect(await next("tree")).toMatchObject({ version: 2, changed: ["instance/attributes/k"] });
    expect(await (await waits).text()).toBe("w");
  });

  it("tells accounts with what they hold, decoded claims, and why a try failed", async () => {
    const all = await world();
    const { next } = await open(all);
    await next("tokens");
    await get(all.emulator, "instance/service-accounts/default/identity?audience=https://a.example");
    // While it is fetched, the key is there without a token.
    let tokens = await next("tokens");
    while (!JSON.stringify(tokens).includes("fingerprint")) tokens = await next("tokens");
    expect(tokens).toMatchObject({
      accounts: [
        {
          aliases: ["default"],
          tokens: [{ kind: "id", target: "https://a.example", claims: { aud: "https://a.example" } }],
        },
      ],
      failures: [],
    });
    (await all.emulator.control()).rotate();
    expect(await next("tokens")).toMatchObject({ accounts: [{ tokens: [] }] });
  });

  it("tells why a try for a token failed, and at which step", async () => {
    const source = { type: "http", url: "https://broker.example/token" };
    const clock = createFakeClock(undefined, { autoBelowMs: 1_000 });
    const emulator = await createEmulatorCore(
      settingsWith({}, { controlToken, accounts: { default: { source, origin: "the test" } } }),
      createFakePlatform({ clock, fetch: async () => Response.json({ error: "no more tokens" }, { status: 403 }) }),
    );
    const ask = (path: string, headers: Record<string, string> = {}) =>
      emulator.fetch(new Request(`http://localhost${path}`, { headers: { Host: "localhost", ...headers } }));
    const { next } = await open({ ask, clock });
    await next("tokens");
    expect((await get(emulator, tokenPath)).status).toBe(403);
    let tokens = await next("tokens");
    while (!JSON.stringify(tokens).includes("broker.example")) tokens = await next("tokens");
    expect(tokens).toMatchObject({
      accounts: [{ tokens: [{ kind: "access", failure: expect.stringContaining("403") }] }],
      failures: [
        { step: "token broker", kind: "access", message: expect.stringContaining("https://broker.example/token") },
      ],
    });
  });

  it("counts what fault rules do", async () => {
    const all = await world();
    const { next } = await open(all);
    expect(await next("faults")).toEqual({ rules: [] });
    (await all.emulator.control()).fault({ path: "/computeMetadata/v1/instance/id", status: 503 });
    expect(await next("faults")).toMatchObject({ rules: [{ struck: 0 }] });
    await get(all.emulator, "instance/id");
    expect(await next("faults")).toMatchObject({ rules: [{ struck: 1, rule: { status: 503 } }] });
    expect(await next("request")).toMatchObject({ fault: expect.stringContaining("status 503"), status: 503 });
  });

  it("tells the traffic of each second once that is over", async () => {
    const all = await world();
    const { next } = await open(all);
    await get(all.emulator, tokenPath);
    await get(all.emulator, tokenPath);
    await get(all.emulator, "instance/nothing");
    expect(await next("traffic")).toMatchObject({ seconds: [{ requests: 3, errors: 1, tokens: 2, hits: 1 }] });
  });

  it("leaves out what comes too fast, and says how much", async () => {
    const all = await world();
    for (let i = 0; i < 250; i++) await get(all.emulator, "instance/id");
    const { next } = await open(all);
    expect(await next("skipped")).toEqual({ count: 50 });
    expect(await next("request")).toMatchObject({ id: 51 });
  });

  it("keeps an idle connection alive by comments", async () => {
    const all = await world();
    const { next, text } = await open(all);
    await next("faults");
    await all.clock.advance(60_000);
    await get(all.emulator, "instance/id");
    await next("request");
    expect(text.join("")).toMatch(/^: /m);
  });

  it("ends when the server does, and opens no more then", async () => {
    const all = await world();
    const { next } = await open(all);
    await next("faults");
    all.emulator.close();
    await expect(next("never")).rejects.toThrow("the stream ended");
    expect((await all.ask("/emulator/v1/stream", authorization)).status).toBe(503);
  });

  it("takes a bounded number of pages, and one more for each that goes away", async () => {
    const all = await world();
    const streams = await Promise.all(Array.from({ length: 32 }, () => open(all)));
    expect((await all.ask("/emulator/v1/stream", authorization)).status).toBe(503);
    await streams[0]?.reader.cancel();
    expect((await all.ask("/emulator/v1/stream", authorization)).status).toBe(200);
  });
});

describe("/emulator/", () => {
  it("is the page, for everybody, under a strict policy", async () => {
    const { ask } = await world();
    const answer = await ask("/emulator/");
    expect(await answer.text()).toBe(page.text);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
  });

  it("is where /emulator leads", async () => {
    const { ask } = await world();
    const answer = await ask("/emulator");
    expect([answer.status, answer.headers.get("location")]).toEqual([301, "http://localhost/emulator/"]);
  });

  it.each(["/emulator/none.js", "/emulator/constructor", "/emulator/a/b"])("has no %s", async (path) => {
    const { ask } = await world();
    expect((await ask(path)).status).toBe(404);
  });

  it("is not there without a control token", async () => {
    const off = await createEmulatorCore(settingsWith({}), createFakePlatform(), {
      loadAssets: async () => ({ assets: { "index.html": page } }),
    });
    const request = new Request("http://localhost/emulator/", { headers: { Host: "localhost" } });
    expect((await off.fetch(request)).status).toBe(404);
  });

  it("is refused to other origins like everything else", async () => {
    const { ask } = await world();
    expect((await ask("/emulator/", { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await ask("/emulator/", { Origin: "http://evil.example" })).status).toBe(403);
  });
});
