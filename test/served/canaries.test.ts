/**
 * Canaries: every secret that the server holds, receives or makes is looked for in everything that it shows anybody: log
 * lines at `debug`, error bodies, metrics, journal, stream of the inspector, its page, the tree, arguments of processes
 * (SECURITY.md). Tokens may stand in 200s of the token endpoints and nowhere else.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { accountOf, servedSources } from "../contract/served-sources.ts";
import type { Incoming } from "../fakes/google/request.ts";
import { createGoogleWorld, type GoogleWorld, secrets, who } from "../harness/google-world.ts";
import { type RawRequest, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, type ServerOptions, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const controlToken = "canary-of-the-control-token";
const wrongToken = "canary-of-a-token-that-is-wrong";
const foreignBearer = "canary-of-a-bearer-that-a-client-sends";
const cookie = "session=canary-of-a-cookie";
const standing = { ...secrets, controlToken, wrongToken, foreignBearer, cookie };

let world: GoogleWorld;
beforeAll(async () => {
  world = await createGoogleWorld();
  world.google.directory.allow(accountOf("broker"), who.target);
});
afterEach(() => world.google.recover());
afterAll(() => world?.close());

/** What one server showed, by where; and the tokens that it gave away, which are canaries everywhere else. */
class Shown {
  readonly places: [place: string, text: string][] = [];
  readonly tokens = new Set<string>();

  add(place: string, text: string): void {
    this.places.push([place, text]);
  }

  /** Canaries that were found, as "name in place". */
  findings(): string[] {
    const canaries = [...namedCanaries(), ...[...this.tokens].map((token, i) => [`given token ${i}`, token] as const)];
    const found = this.places.flatMap(([place, text]) =>
      canaries
        .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
        .map(([name]) => [name, place]),
    );
    return [...new Set(found.map(([name, place]) => `${name} in ${place}`))];
  }
}

/** A secret as it may be written: itself, in a URL, in JSON, in HTML, in base64. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  const html = secret.replaceAll(/[^\w .-]/g, (char) => `&#${char.charCodeAt(0)};`);
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), html, base64];
}

/** What the server was given and what it has made or been given since. */
function* namedCanaries(): Generator<readonly [name: string, secret: string]> {
  yield* Object.entries(standing);
  for (const [i, line] of world.key.private_key.split("\n").entries())
    if (line.length > 40) yield [`line ${i} of the private key`, line];
  for (const token of world.google.issuer.issued.keys()) yield ["access token of Google", token];
  for (const { body, headers, path } of world.google.requests) {
    const credential = headers.get("authorization")?.replace(/^\w+ /, "");
    if (credential !== undefined) yield [`credential sent to ${path}`, credential];
    const form = new URLSearchParams(body.startsWith("{") ? "" : body);
    for (const name of ["assertion", "subject_token", "refresh_token", "client_secret"]) {
      const value = form.get(name);
      if (value !== null) yield [`${name} sent to ${path}`, value];
    }
  }
}

const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
] as const;

/** Reads the inspector's stream in the background until it has told of a path. */
async function readStream(server: RunningServer): Promise<{ until(last: string): Promise<string> }> {
  const stop = new AbortController();
  const answer = await fetch(`${server.origin}/emulator/v1/stream`, {
    headers: { Authorization: `Bearer ${controlToken}` },
    signal: stop.signal,
  });
  const reader = (answer.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    async until(last) {
      while (!text.includes(last)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The stream ended before it told of ${last}`);
        text += decoder.decode(value, { stream: true });
      }
      stop.abort();
      return text;
    },
  };
}

/** Asks, and keeps what may not hold a secret: heads of all answers, bodies of all but the tokens given. */
async function ask(server: RunningServer, shown: Shown, request: RawRequest): Promise<RawResponse> {
  const answer = await rawRequest(server.port, { headers, ...request }, { timeoutMs: 25_000 });
  const text = answer.body.toString();
  shown.add(`head of ${request.target}`, JSON.stringify(answer.headers));
  if (answer.status !== 200 || !/\/(?:token|identity)(?:\?|$)/.test(request.target))
    shown.add(`body of ${answer.status} for ${request.target}`, text);
  else shown.tokens.add(request.target.includes("identity") ? text : JSON.parse(text).access_token);
  return answer;
}

const account = (name: string, path: string) => `/computeMetadata/v1/instance/service-accounts/${name}/${path}`;
const identityPath = "identity?format=full&audience=https%3A%2F%2Fservice.example.com";

/** A Google that answers a mistake with everything that it was told. */
const echo = ({ body, headers: sent, method }: Incoming): string =>
  JSON.stringify({ error: "invalid_grant", error_description: `${method} ${body} ${[...sent].join(" ")}` });

/** Requests that carry secrets where they do not belong, or with which somebody guesses. */
async function provoke(server: RunningServer, shown: Shown): Promise<void> {
  const [token = ""] = shown.tokens;
  const bearer = (secret: string) => [...headers, ["Authorization", `Bearer ${secret}`], ["Cookie", cookie]] as const;
  const requests: RawRequest[] = [
    { target: account("default", "token"), headers: headers.slice(0, 1) },
    { target: `/emulator/v1/issuer/tokeninfo?access_token=${token}` },
    {
      target: `/emulator/v1/issuer/tokeninfo?id_token=${[...shown.tokens].find((one) => one.startsWith("eyJ")) ?? ""}`,
    },
    { target: `/computeMetadata/v1/instance/?recursive=true&access_token=${token}`, headers: bearer(foreignBearer) },
    { target: "/computeMetadata/v1/nothing", headers: bearer(foreignBearer) },
    { target: "/emulator/v1/metadata/instance/", headers: bearer(wrongToken) },
    { target: "/emulator/v1/metrics", headers: bearer(wrongToken) },
    { target: "/computeMetadata/v1/?recursive=true" },
    { target: "/computeMetadata/v1/?recursive=true&alt=text" },
    { target: "/emulator/" },
    { target: "/emulator/v1/health" },
    { target: "/emulator/v1/metadata/instance/service-accounts/", headers: bearer(controlToken) },
    { method: "PUT", target: "/emulator/v1/metadata/instance", headers: bearer(controlToken), body: `"${token}` },
    { method: "POST", target: "/emulator/v1/events", headers: bearer(controlToken), body: '{"type":"token-rotation"}' },
    { method: "PUT", target: account("default", "token"), body: token },
  ];
  for (const request of requests) await ask(server, shown, request);
}

/** Starts a server, lets `work` ask, and returns what it showed anybody. */
async function watch(
  options: ServerOptions,
  work: (server: RunningServer, shown: Shown) => Promise<void>,
): Promise<Shown> {
  const flags = ["--control-token", controlToken, "--log-level", "debug", ...(options.flags ?? [])];
  const server = await startServer(runtime, { ...options, flags, env: { ...world.env, ...options.env } });
  const shown = new Shown();
  try {
    const stream = await readStream(server);
    await work(server, shown);
    await provoke(server, shown);
    const last = `/computeMetadata/v1/instance/last-of-all`;
    await ask(server, shown, { target: last });
    shown.add("stream", await stream.until(last));
    const authorization = { Authorization: `Bearer ${controlToken}` };
    for (const path of ["metrics", "requests", "metadata/", "faults"])
      shown.add(path, await (await fetch(`${server.origin}/emulator/v1/${path}`, { headers: authorization })).text());
    expect(shown.places.find(([place]) => place === "requests")?.[1]).toContain(last);
    const own = argumentsOf(server.pid).replace(`--control-token\0${controlToken}\0`, "");
    shown.add("arguments of the server's processes", own);
    shown.add("arguments of programs that it started", programArguments());
  } finally {
    await server.stop();
  }
  shown.add("stdout", server.stdout());
  shown.add("stderr", server.stderr());
  expect(server.stdout() + server.stderr()).toMatch(/last-of-all/);
  return shown;
}

/** Arguments of every process of a server's group, which all users of a machine may read; a NUL behind each. */
function argumentsOf(group: number): string {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return "";
    }
  };
  const groupOf = (pid: string) => Number(read(pid, "stat").split(") ").at(-1)?.split(" ")[2]);
  const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && groupOf(name) === group);
  expect(own).not.toEqual([]);
  return own.map((pid) => read(pid, "cmdline")).join("\n");
}

/** Arguments that the program of the executable sources was started with. */
function programArguments(): string {
  const file = join(world.folder, "arguments");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Both kinds of every account, as it is, and once more with a Google that refuses and repeats what it was sent. */
async function askAll(server: RunningServer, shown: Shown, names: readonly string[]): Promise<void> {
  const scope = "https://www.googleapis.com/auth/devstorage.read_only";
  const paths = (name: string) => [account(name, "token"), account(name, identityPath)];
  for (const target of names.flatMap(paths)) await ask(server, shown, { target });
  for (const ending of ["/token", ":generateAccessToken", ":generateIdToken", "/broker", "/oauthtoken"])
    world.google.failNext({ path: ending, status: 400, body: echo, times: 99 });
  const others = (name: string) => [
    `${account(name, "token")}?scopes=${encodeURIComponent(scope)}`,
    account(name, `${identityPath}-2`),
  ];
  for (const target of names.flatMap(others)) await ask(server, shown, { target });
  world.google.recover();
}

describe(`Secrets on ${runtime}`, () => {
  const scopes = [
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/devstorage.read_only",
  ];

  it.each(["text", "json"])(
    "of every source are in nothing that is shown, logs as %s",
    async (format) => {
      const accounts = servedSources.map((row) => [accountOf(row.name), { scopes, source: row.source(world) }]);
      const options = {
        flags: ["--log-format", format],
        env: { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1" },
        config: { accounts: Object.fromEntries(accounts) },
      };
      const shown = await watch(options, (server, seen) =>
        askAll(
          server,
          seen,
          servedSources.map((row) => accountOf(row.name)),
        ),
      );
      expect(shown.tokens.size).toBeGreaterThan(10);
      const told = shown.places.find(([place]) => place === "arguments of programs that it started")?.[1];
      expect(told).toMatch(runtime === "workerd" ? /^$/ : /two words/);
      expect(shown.places.filter(([place]) => /^body of (?!200)/.test(place)).length).toBeGreaterThan(20);
      expect(shown.findings()).toEqual([]);
    },
    120_000,
  );

  it("that are tokens given in variables are in nothing else that is shown", async () => {
    const access = world.google.issuer.accessToken(who.ci, scopes);
    const id = await world.google.issuer.idToken({ sub: "1", azp: "1", email: who.ci }, "https://service.example.com");
    const env = { GOOGLE_ACCESS_TOKEN: access, GOOGLE_ID_TOKEN: id };
    const shown = await watch({ env }, (server, seen) => askAll(server, seen, ["default"]));
    expect([...shown.tokens].sort()).toEqual([id, access].sort());
    expect(shown.findings()).toEqual([]);
  }, 60_000);

  it("of a file that is broken are not in the complaint", async () => {
    const pem = world.key.private_key;
    const user = { type: "authorized_user", client_secret: secrets.clientSecret, refresh_token: secrets.refresh };
    const federation = { type: "external_account", audience: "a", subject_token_type: "b" };
    const broken: readonly object[] = [
      { ...world.key, private_key: pem.slice(0, pem.length / 2) },
      { ...user, client_id: "a", token_uri: "https://evil.example/" },
      { ...user, client_id: 7, refresh_token: [secrets.refresh] },
      { ...user, client_id: "a", refresh_token: undefined, refresh_tokn: secrets.broker },
      // A word where an object belongs, which the schema's own message would quote.
      { ...federation, service_account_impersonation: secrets.refresh, credential_source: { file: secrets.subject } },
    ];
    for (const text of [...broken.map((one) => JSON.stringify(one)), `${JSON.stringify(world.key)}}`]) {
      const shown = new Shown();
      shown.add("complaint", runtime === "workerd" ? await complaintOfWorker(text) : await complaintOfStart(text));
      expect(shown.places[0]?.[1]).toMatch(
        runtime === "workerd" ? /^500 [\s\S]*GOOGLE_APPLICATION_CREDENTIALS_JSON/ : /ended with 2 /,
      );
      expect(shown.findings()).toEqual([]);
    }
  }, 60_000);

  function complaintOfStart(credential: string): Promise<string> {
    const path = join(world.folder, "broken.json");
    writeFileSync(path, credential, { mode: 0o600 });
    return startServer(runtime, { flags: ["--service-account-file", path, "--log-level", "debug"] }).then(
      () => "it started",
      (error: unknown) => String(error),
    );
  }

  /** A worker goes on without its credential: the answer to who asks for a token, and the log. */
  async function complaintOfWorker(credential: string): Promise<string> {
    const env = { GOOGLE_APPLICATION_CREDENTIALS_JSON: credential, LOG_LEVEL: "debug" };
    const server = await startServer(runtime, { env });
    try {
      const url = `${server.origin}/computeMetadata/v1/instance/service-accounts/default/token`;
      const answer = await fetch(url, { headers: { "Metadata-Flavor": "Google" } });
      return `${answer.status} ${await answer.text()}\n${server.stdout()}\n${server.stderr()}`;
    } finally {
      await server.stop();
    }
  }

  it("are found by this very search", () => {
    const shown = new Shown();
    shown.add("a page", `<b>${formsOf(secrets.refresh)[3]}</b>`);
    shown.add("a log", `key="${world.key.private_key.split("\n")[3]}"`);
    expect(shown.findings()).toEqual(
      expect.arrayContaining(["refresh in a page", "line 3 of the private key in a log"]),
    );
  });
});
