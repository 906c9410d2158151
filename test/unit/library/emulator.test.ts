/**
 * `createEmulator`, as a user of the library has it on Node, Bun and Deno, and on runtimes without sockets.
 */
import { existsSync, mkdtempSync, renameSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEmulator } from "../../../worker/entry/library/index.ts";
import { createEmulator as createPortable } from "../../../worker/index.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakeGoogle } from "../../fakes/google.ts";
import { freePort } from "../../harness/server.ts";

const base = "http://metadata.google.internal/computeMetadata/v1";
const flavor = { headers: { "Metadata-Flavor": "Google" } };
const tokenPath = "instance/service-accounts/default/token";

async function text(fetch: (url: string, init: RequestInit) => Promise<Response>, path: string): Promise<string> {
  return (await fetch(`${base}/${path}`, flavor)).text();
}

function socketRequest(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path: "/computeMetadata/v1/project/project-id",
      headers: { Host: "metadata", ...flavor.headers },
    };
    const sent = request(options, (answer) => {
      let body = "";
      answer.on("data", (chunk) => (body += chunk)).on("end", () => resolve(body));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe.each([
  ["with sockets", createEmulator],
  ["on web standards alone", createPortable],
])("createEmulator %s", (_, create) => {
  it("answers by fetch at once, with the configuration's members and flags in camel case", async () => {
    await using emulator = create({
      projectId: "my-project",
      metadata: { instance: { id: 7243198306741625103n, attributes: { k: "v" } } },
    });
    expect(await text(emulator.fetch, "project/project-id")).toBe("my-project");
    expect(await text(emulator.fetch, "instance/attributes/k")).toBe("v");
    expect(await text(emulator.fetch, "instance/id")).toBe("7243198306741625103");
  });

  it("keeps the header names as the real server writes them, and refuses as it does", async () => {
    await using emulator = create();
    const refused = await emulator.fetch(`${base}/project/project-id`);
    expect([refused.status, refused.headers.get("Metadata-Flavor")]).toEqual([403, "Google"]);
    const foreign = await emulator.fetch("http://example.com/", flavor);
    expect(foreign.status).toBe(403);
  });

  it("has the control calls as methods", async () => {
    await using emulator = create();
    await emulator.set("instance/attributes/a", "1");
    await emulator.patch("instance", { attributes: { b: "2" } });
    expect(await emulator.get("instance/attributes")).toMatchObject({ a: "1", b: "2" });
    expect(await emulator.delete("instance/attributes/a")).toBe(true);
    expect(await emulator.delete("instance/attributes/a")).toBe(false);
    await expect(emulator.set("instance/attributes/a", 1)).rejects.toThrow("instance/attributes/a");
    await emulator.event({ type: "preemption" });
    expect(await text(emulator.fetch, "instance/preempted")).toBe("TRUE");
  });

  it("injects faults before the first request too, and takes them back", async () => {
    await using emulator = create();
    const added = emulator.fault({ path: "**/token", status: 503, times: 1 });
    const statuses = [];
    for (let i = 0; i < 2; i++) statuses.push((await emulator.fetch(`${base}/${tokenPath}`, flavor)).status);
    await added;
    expect(statuses).toEqual([503, 200]);
    await emulator.fault([{ path: "**", status: 500 }]);
    await emulator.fault([]);
    expect((await emulator.fetch(`${base}/${tokenPath}`, flavor)).status).toBe(200);
    await expect(emulator.fault({ path: "**", stauts: 500 } as never)).rejects.toThrow('did you mean "status"?');
  });

  it("injects the faults that its configuration names, and refuses wrong ones", async () => {
    await using emulator = create({ faults: [{ path: "**/zone", status: 503, times: 1 }] });
    const statuses = [];
    for (let i = 0; i < 2; i++) statuses.push((await emulator.fetch(`${base}/instance/zone`, flavor)).status);
    expect(statuses).toEqual([503, 200]);
    await expect(create({ faults: [{ path: "**", stauts: 1 } as never] }).ready).rejects.toThrow("stauts");
  });

  it("plays the scenario of its configuration by the injected clock", async () => {
    const clock = createFakeClock();
    await using emulator = create({ clock, scenario: [{ at: "30s", set: { "instance/attributes/k": "later" } }] });
    await emulator.ready;
    expect(await emulator.get("instance/attributes/k")).toBeUndefined();
    await clock.advance(30_000);
    expect(await emulator.get("instance/attributes/k")).toBe("later");
  });

  it("keeps a journal of requests to assert on", async () => {
    await using emulator = create();
    await text(emulator.fetch, "instance/zone");
    await text(emulator.fetch, tokenPath);
    expect(emulator.requests().map(({ path, status }) => [path, status])).toEqual([
      ["/computeMetadata/v1/instance/zone", 200],
      [`/computeMetadata/v1/${tokenPath}`, 200],
    ]);
    emulator.clearRequests();
    expect(emulator.requests()).toEqual([]);
  });

  it("mints by the injected fetch and clock, and reads no environment", async () => {
    const clock = createFakeClock();
    const google = createFakeGoogle({ now: () => clock.now() });
    const credential = await google.directory.createServiceAccount("app@p.iam.gserviceaccount.com");
    const env = process.env;
    env.GOOGLE_ACCESS_TOKEN = "from-the-environment";
    try {
      await using emulator = create({ credential, clock, fetch: google.fetch as never });
      const first = JSON.parse(await text(emulator.fetch, tokenPath)) as { access_token: string; expires_in: number };
      expect(google.issuer.issued.get(first.access_token)?.subject).toBe("app@p.iam.gserviceaccount.com");
      await clock.advance(1_000_000);
      const later = JSON.parse(await text(emulator.fetch, tokenPath)) as typeof first;
      expect(first.expires_in - later.expires_in).toBe(1_000);
      await emulator.rotate();
      const anew = JSON.parse(await text(emulator.fetch, tokenPath)) as typeof first;
      expect(anew.access_token).not.toBe(first.access_token);
    } finally {
      delete env.GOOGLE_ACCESS_TOKEN;
    }
  });

  it("takes a clock without timers, and static tokens", async () => {
    await using emulator = create({ clock: { now: () => Date.parse("2030-01-01T00:00:00Z") }, accessToken: "abc" });
    expect(JSON.parse(await text(emulator.fetch, tokenPath))).toMatchObject({ access_token: "abc" });
    expect(emulator.requests()[0]?.time).toMatch(/^2030-01-01/);
  });

  it("ends waiting requests with 503 when it closes", async () => {
    const emulator = create();
    const waiting = emulator.fetch(`${base}/instance/zone?wait_for_change=true`, flavor);
    await emulator.ready;
    await emulator.close();
    expect((await waiting).status).toBe(503);
  });

  it("names the option that was meant, and tells what is wrong at the first wait", async () => {
    expect(() => create({ projectID: "p" } as never)).toThrow('projectID: Unknown option, did you mean "projectId"?');
    expect(() => create({ port: 1 } as never)).toThrow("port: Belongs to listen()");
    const broken = create({ numericProjectId: "x", preset: "mv" as never });
    await expect(broken.ready).rejects.toThrow(ConfigurationError);
    await expect(broken.fetch(`${base}/`)).rejects.toThrow("--numeric-project-id");
    await expect(create({ config: {}, preset: "vm" }).ready).rejects.toThrow("Give the configuration once");
    await broken.close();
    const sha256 = "0".repeat(64);
    const service = create({
      config: {
        auth: { secrets: [{ name: "ci", sha256 }] },
        clients: [{ match: { secret: "ci" }, account: "default" }],
      },
    });
    await expect(service.ready).rejects.toThrow("An authenticated service is no emulator of the library");
  });

  it("intercepts requests to the metadata server's names and lets others through", async () => {
    await using emulator = create({ projectId: "p" });
    const passed: string[] = [];
    const fetch = emulator.interceptor(async (input) => {
      passed.push(String(input));
      return new Response("elsewhere");
    });
    for (const host of ["metadata.google.internal", "metadata", "169.254.169.254", "[fd20:ce::254]"]) {
      const answer = await fetch(`http://${host}/computeMetadata/v1/project/project-id`, flavor);
      expect(await answer.text()).toBe("p");
    }
    const request = new Request("http://METADATA.google.internal/", flavor);
    expect(await (await fetch(request)).text()).toBe("computeMetadata/\n");
    for (const url of ["https://metadata.google.internal/", "http://metadata:81/", "http://example.com/"])
      expect(await (await fetch(url)).text()).toBe("elsewhere");
    expect(passed).toHaveLength(3);
  });
});

describe("listen", () => {
  it("takes a free port and says where clients find it", async () => {
    await using emulator = createEmulator({ projectId: "my-project" });
    const { env, host, port, url } = await emulator.listen({ port: 0 });
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(env).toMatchObject({
      GCE_METADATA_HOST: host,
      GCE_METADATA_IP: host,
      METADATA_SERVER_DETECTION: "assume-present",
    });
    const answer = await fetch(`${url}/computeMetadata/v1/project/project-id`, flavor);
    expect(await answer.text()).toBe("my-project");
    expect(emulator.requests()).toHaveLength(1);
  });

  it("lets go of the port when the emulator closes", async () => {
    const emulator = createEmulator();
    const { port, url } = await emulator.listen();
    await (await fetch(url)).text();
    await emulator.close();
    await expect(fetch(url)).rejects.toThrow();
    await using again = createEmulator();
    expect((await again.listen({ port: port ?? 0 })).port).toBe(port);
  });

  it("leaves no port open that was asked for before it closed, or after", async () => {
    const emulator = createEmulator();
    const port = await freePort();
    const [listening] = await Promise.allSettled([emulator.listen({ port }), emulator.close()]);
    expect(listening).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("is closed") } });
    await expect(emulator.listen({ port })).rejects.toThrow("This emulator is closed");
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it("says that a port is taken", async () => {
    await using emulator = createEmulator();
    const { port } = await emulator.listen();
    await using other = createEmulator();
    await expect(other.listen({ port: port ?? 0 })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the address is in use`,
    );
  });

  it("takes over the Unix socket of a server that is gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gme-"));
    const unixSocket = join(folder, "m.sock");
    const gone = createServer().listen(join(folder, "other.sock"));
    await new Promise((resolve) => gone.once("listening", resolve));
    renameSync(join(folder, "other.sock"), unixSocket);
    await new Promise((resolve) => gone.close(resolve));
    expect(statSync(unixSocket).isSocket()).toBe(true);
    await using emulator = createEmulator({ projectId: "p" });
    await emulator.listen({ unixSocket });
    expect(await socketRequest(unixSocket)).toBe("p");
    await emulator.close();
    expect(existsSync(unixSocket)).toBe(false);
  });

  it("leaves the Unix socket of a live server alone", async () => {
    const unixSocket = join(mkdtempSync(join(tmpdir(), "gme-")), "m.sock");
    await using first = createEmulator({ projectId: "first" });
    await first.listen({ unixSocket });
    await using second = createEmulator({ projectId: "second" });
    await expect(second.listen({ unixSocket })).rejects.toThrow("a server answers on it already");
    expect(await socketRequest(unixSocket)).toBe("first");
  });

  it("leaves a file alone that is no socket", async () => {
    const unixSocket = join(mkdtempSync(join(tmpdir(), "gme-")), "m.sock");
    writeFileSync(unixSocket, "mine");
    await using emulator = createEmulator();
    await expect(emulator.listen({ unixSocket })).rejects.toThrow("no socket");
  });

  it("refuses where there are no sockets", async () => {
    await using emulator = createPortable();
    await expect(emulator.listen()).rejects.toThrow("no sockets");
  });
});

describe("files", () => {
  it("reads configuration, credential and folder where the runtime has files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gme-"));
    writeFileSync(join(folder, "config.json"), JSON.stringify({ metadata: { project: { projectId: "from-file" } } }));
    await using emulator = createEmulator({ config: join(folder, "config.json") });
    expect(await text(emulator.fetch, "project/project-id")).toBe("from-file");
    await expect(createPortable({ serviceAccountFile: "key.json" }).ready).rejects.toThrow("has no files");
    await expect(createPortable({ metadataDir: folder }).ready).rejects.toThrow("no files");
  });
});
