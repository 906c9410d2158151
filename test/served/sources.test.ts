/**
 * Every credential source on the runtime of this project: a server with that credential and Google's endpoints overridden
 * gives access and ID tokens by raw HTTP, or says why it does not (interface.md, "What each value defaults to").
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import {
  accountOf,
  awsEnvironment,
  awsSource,
  federationFile,
  type Outcome,
  servedSources,
} from "../contract/served-sources.ts";
import { createGoogleWorld, type GoogleWorld, secrets, tokenTypes, who } from "../harness/google-world.ts";
import { encodeRequest, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, type ServerOptions, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const audience = "https://service.example.com";
const storage = "https://www.googleapis.com/auth/devstorage.read_only";

let world: GoogleWorld;
let everything: RunningServer;

beforeAll(async () => {
  world = await createGoogleWorld();
  world.google.directory.allow(accountOf("broker"), who.target);
  const accounts = servedSources.map((row) => [accountOf(row.name), { scopes: [storage], source: row.source(world) }]);
  everything = await start({
    env: { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1" },
    config: { accounts: Object.fromEntries(accounts) },
  });
});
afterAll(async () => {
  await everything?.stop();
  await world?.close();
});
afterEach(() => {
  world.google.recover();
  expect(world.google.violations).toEqual([]);
});

function start({ env = {}, ...options }: ServerOptions): Promise<RunningServer> {
  return startServer(runtime, { ...options, env: { ...world.env, ...env } });
}

/** Starts a server for one test. */
async function withServer(options: ServerOptions, work: (server: RunningServer) => Promise<void>): Promise<void> {
  const server = await start(options);
  try {
    await work(server);
    expect(secretsIn(server.stdout() + server.stderr())).toEqual([]);
  } finally {
    await server.stop();
  }
}

const headers = [
  ["Host", "metadata.google.internal"],
  ["Metadata-Flavor", "Google"],
] as const;

function ask(server: RunningServer, path: string): Promise<RawResponse> {
  const target = `/computeMetadata/v1/instance/service-accounts/${path}`;
  return rawRequest(server.port, { target, headers }, { timeoutMs: 25_000 });
}
const access = (server: RunningServer, account = "default") => ask(server, `${account}/token`);
const identity = (server: RunningServer, account = "default", forWhom = audience) =>
  ask(server, `${account}/identity?format=full&audience=${encodeURIComponent(forWhom)}`);

/** Whose access token an answer holds. */
function holderOf({ body, status }: RawResponse): unknown {
  expect([status, status === 200 ? "" : body.toString()]).toEqual([200, ""]);
  const { access_token: token, expires_in: seconds, token_type: type } = JSON.parse(body.toString());
  expect(type).toBe("Bearer");
  expect(seconds).toBeGreaterThan(360);
  expect(seconds).toBeLessThanOrEqual(43_200);
  if (String(token).startsWith("ya29.emulator.")) return "the local issuer";
  return world.google.issuer.issued.get(token)?.subject ?? decodeJwt(token).iss;
}

/** Whose ID token an answer holds: the e-mail in a token that is signed by the fake Google. */
async function bearerOf({ body, status }: RawResponse): Promise<unknown> {
  expect([status, status === 200 ? "" : body.toString()]).toEqual([200, ""]);
  const keys = createLocalJWKSet(await world.google.issuer.jwks());
  return (await jwtVerify(body.toString(), keys, { audience, issuer: "https://accounts.google.com" })).payload.email;
}

/** The text of an error page. */
function sentenceOf({ body }: RawResponse): string {
  return body.toString().replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

function secretsIn(text: string): string[] {
  const known = [
    ...Object.values(secrets),
    world.key.private_key.slice(100, 160),
    ...world.google.issuer.issued.keys(),
  ];
  return known.filter((secret) => text.includes(secret));
}

describe(`Accounts of one configuration on ${runtime}`, () => {
  it.for(servedSources.map((row) => [row.name, row] as const))("%s: access token", async ([name, row]) => {
    const answer = await access(everything, accountOf(name));
    await expectOutcome(outcomeHere(row, row.access), answer, holderOf);
  });

  it.for(servedSources.map((row) => [row.name, row] as const))("%s: ID token", async ([name, row]) => {
    const answer = await identity(everything, accountOf(name));
    const outcome = outcomeHere(row, row.id);
    if ("local" in outcome) expect(decodeJwt(answer.body.toString())).toMatchObject({ aud: audience });
    else await expectOutcome(outcome, answer, bearerOf);
  });

  it("asks the broker as the account that a base names, not as the one above it", () => {
    const asked = world.google.requests.filter(({ path }) => path === "/broker").map(({ body }) => JSON.parse(body));
    expect(new Set(asked.map(({ account }) => account))).toEqual(new Set([accountOf("broker")]));
  });

  it("asks for twelve hours where the source says so", () => {
    const bodies = world.google.requests.filter(({ path }) => path.endsWith(":generateAccessToken"));
    expect(bodies.map(({ body }) => JSON.parse(body).lifetime)).toContain("43200s");
  });

  it("prints no secret", () => expect(secretsIn(everything.stdout() + everything.stderr())).toEqual([]));
});

function outcomeHere({ notOnWorkerd }: (typeof servedSources)[number], outcome: Outcome): Outcome {
  return runtime === "workerd" && notOnWorkerd !== undefined ? { status: 500, says: notOnWorkerd } : outcome;
}

async function expectOutcome(
  outcome: Outcome,
  answer: RawResponse,
  whose: (answer: RawResponse) => unknown,
): Promise<void> {
  if ("status" in outcome) {
    expect([answer.status, sentenceOf(answer)]).toEqual([outcome.status, expect.stringMatching(outcome.says)]);
  } else expect(await whose(answer)).toBe("local" in outcome ? "the local issuer" : outcome.subject);
}

describe(`A credential by flags and variables on ${runtime}`, () => {
  const file = (name: string, value: object): string => {
    const path = join(world.folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const user = {
    type: "authorized_user",
    client_id: "app.example",
    client_secret: secrets.clientSecret,
    refresh_token: secrets.refresh,
  };

  it("--service-account-file: tokens, e-mail and project of the key", () =>
    withServer({ flags: ["--service-account-file", join(world.folder, "key.json")] }, async (server) => {
      expect(holderOf(await access(server))).toBe(who.ci);
      expect(await bearerOf(await identity(server))).toBe(who.ci);
      expect((await ask(server, "default/email")).body.toString()).toBe(who.ci);
      const project = await rawRequest(server.port, { target: "/computeMetadata/v1/project/project-id", headers });
      expect(project.body.toString()).toBe("fake-project");
    }));

  it("gcloud's variable for self-signed JWTs: no call for an access token", () =>
    withServer(
      {
        flags: ["--service-account-file", join(world.folder, "key.json")],
        env: { CLOUDSDK_AUTH_SERVICE_ACCOUNT_USE_SELF_SIGNED_JWT: "true" },
      },
      async (server) => {
        const before = world.google.requests.length;
        const { access_token: token } = JSON.parse((await access(server)).body.toString());
        expect(decodeJwt(token)).toMatchObject({ iss: who.ci, sub: who.ci });
        expect(world.google.requests.length).toBe(before);
      },
    ));

  it("--impersonate with --delegates", () => {
    const chain = ["--delegates", `projects/-/serviceAccounts/${who.middle}`];
    const flags = ["--impersonate", "--service-account-email", who.target, ...chain];
    return withServer(
      { flags: ["--service-account-file", join(world.folder, "key.json"), ...flags] },
      async (server) => {
        expect(holderOf(await access(server))).toBe(who.target);
        expect(await bearerOf(await identity(server))).toBe(who.target);
        expect((await ask(server, "default/email")).body.toString()).toBe(who.target);
      },
    );
  });

  it("--federate: both kinds by impersonating the e-mail", () => {
    const path = file(
      "federate.json",
      federationFile({ url: `${world.foreignUrl}/token`, headers: { "X-Key": secrets.url } }),
    );
    return withServer(
      {
        flags: ["--federate", "--service-account-email", who.target],
        env: { GOOGLE_APPLICATION_CREDENTIALS: path },
      },
      async (server) => {
        expect(holderOf(await access(server))).toBe(who.target);
        expect(await bearerOf(await identity(server))).toBe(who.target);
      },
    );
  });

  it("AWS keys and region of the environment", () => {
    const path = file("aws.json", federationFile(awsSource, tokenTypes.aws));
    return withServer({ env: { ...awsEnvironment, GOOGLE_APPLICATION_CREDENTIALS: path } }, async (server) => {
      expect(holderOf(await access(server))).toBe(who.workload);
    });
  });

  it("GOOGLE_ACCESS_TOKEN wins over a file; the file makes the ID token, refused for another audience than its client", () => {
    const token = world.google.issuer.accessToken(who.ci, ["given"]);
    const path = file("user.json", user);
    return withServer({ env: { GOOGLE_ACCESS_TOKEN: token, GOOGLE_APPLICATION_CREDENTIALS: path } }, async (server) => {
      const before = world.google.requests.length;
      const answer = JSON.parse((await access(server)).body.toString());
      expect(answer).toMatchObject({ access_token: token });
      expect(answer.expires_in).toBeGreaterThan(3500);
      expect(answer.expires_in).toBeLessThanOrEqual(3599);
      expect(world.google.requests.length).toBe(before);
      expect((await identity(server)).status).toBe(404);
      const own = await identity(server, "default", user.client_id);
      expect(decodeJwt(own.body.toString())).toMatchObject({ aud: user.client_id, email: who.user });
    });
  });

  it("GOOGLE_ID_TOKEN alone: for its own audience only, and no access token", async () => {
    const token = await world.google.issuer.idToken({ sub: "1", azp: "1", email: who.ci }, audience);
    await withServer({ env: { GOOGLE_ID_TOKEN: token } }, async (server) => {
      expect((await identity(server)).body.toString()).toBe(token);
      const other = await identity(server, "default", "https://other.example");
      expect([other.status, sentenceOf(other)]).toEqual([400, expect.stringContaining(audience)]);
      const none = await access(server);
      expect([none.status, sentenceOf(none)]).toEqual([404, expect.stringContaining("only an ID token was given")]);
    });
  });

  it("none: the local issuer, and the start-up says so", () =>
    withServer({}, async (server) => {
      expect(holderOf(await access(server))).toBe("the local issuer");
      const [line = ""] = server.stdout().split("\n");
      expect(runtime === "workerd" ? server.stdout() + server.stderr() : line).toContain("local issuer");
    }));

  it("none: whoever reads the local issuer's documents can verify its ID tokens and look up its access tokens", () =>
    withServer({}, async (server) => {
      const issuer = `${server.origin}/emulator/v1/issuer`;
      const json = async (url: string) => JSON.parse(await (await fetch(url)).text());
      const { issuer: iss, jwks_uri: jwks } = await json(`${issuer}/.well-known/openid-configuration`);
      expect(jwks).toBe(`${issuer}/jwks`);
      const token = (await identity(server)).body.toString();
      for (const url of [jwks, `${issuer}/certs`]) {
        const { payload } = await jwtVerify(token, createLocalJWKSet(await json(url)), { audience, issuer: iss });
        expect(payload.email).toBe((await ask(server, "default/email")).body.toString());
      }
      const { access_token: accessToken } = JSON.parse((await access(server)).body.toString());
      expect(await json(`${issuer}/tokeninfo?access_token=${accessToken}`)).toMatchObject({ email_verified: "true" });
    }));
});

describe(`A credential that cannot be used on ${runtime}`, () => {
  const forged = "https://sts.googleapis.com.evil.example/v1/token";
  const program = { executable: { command: "/bin/true" } };

  it.for([
    [
      "a program that nobody allowed",
      federationFile(program),
      /GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1|runs no programs/,
    ],
    [
      "a token URL of somebody else",
      { ...federationFile({ url: "https://idp.example/" }), token_url: forged },
      /evil\.example/,
    ],
    [
      "a token URL without TLS",
      { ...federationFile({ url: "https://idp.example/" }), token_url: "http://sts.example/" },
      /https/,
    ],
    [
      "an impersonation over nothing",
      { type: "impersonated", serviceAccount: who.target, base: { type: "local" } },
      /local issuer/,
    ],
  ] as const)("%s is refused with a sentence", async ([, credential, says]) => {
    const options = { env: { GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(credential) } };
    if (runtime !== "workerd") {
      const refused = await start(options).catch((error: unknown) => String(error));
      expect(refused).toMatch(/ended with 2 /);
      expect(refused).toMatch(says);
      return;
    }
    await withServer(options, async (server) => {
      const answer = await access(server);
      expect([answer.status, sentenceOf(answer)]).toEqual([500, expect.stringMatching(says)]);
      const zone = await rawRequest(server.port, { target: "/computeMetadata/v1/instance/zone", headers });
      expect(zone.status).toBe(200);
      expect(server.stdout() + server.stderr()).toMatch(says);
    });
  });
});

describe(`An upstream that fails, seen through ${runtime}`, () => {
  it.for([
    [
      { status: 403, body: '{"error":{"code":403,"message":"words of Google","status":"PERMISSION_DENIED"}}' },
      403,
      /words of Google.*grant roles\/iam\.serviceAccountTokenCreator/,
    ],
    [{ status: 503, body: "<html>busy</html>", times: 99 }, 503, /answered 503: an HTML page/],
    [{ reset: true, times: 99 }, 503, /cannot be reached/],
    [
      { status: 302, body: "", headers: { location: "https://elsewhere.example/" } },
      503,
      /answered 302, a redirect, which is not followed/,
    ],
    [{ status: 200, body: "<html>Sign in</html>" }, 500, /no JSON object/],
  ] as const)("%j is told as %d", async ([failure, status, says]) => {
    const flags = ["--impersonate", "--service-account-email", who.target];
    const options = { flags: ["--service-account-file", join(world.folder, "key.json"), ...flags] };
    await withServer(options, async (server) => {
      world.google.failNext({ path: ":generateAccessToken", ...failure });
      const answer = await access(server);
      expect([answer.status, sentenceOf(answer)]).toEqual([status, expect.stringMatching(says)]);
      expect(sentenceOf(answer)).toMatch(/Step .*impersonation.*127\.0\.0\.1:\d+\/google\/api\/v1\/projects/);
      await expect.poll(() => server.stdout() + server.stderr()).toMatch(says);
    });
  });
});

describe(`A thousand requests at once on ${runtime}`, () => {
  const many = (count: number, work: (index: number) => Promise<RawResponse>) =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)));

  it("make one call for one token", () =>
    withServer({ flags: ["--service-account-file", join(world.folder, "key.json")] }, async (server) => {
      const before = world.google.count("/token");
      const stopped = world.google.stopped;
      const open = world.google.hold("/token");
      const answers = many(1_000, () => access(server));
      await world.google.waiting(stopped + 1);
      open();
      const bodies = (await answers).map(({ body }) => JSON.parse(body.toString()).access_token);
      expect(new Set(bodies).size).toBe(1);
      expect(world.google.count("/token") - before).toBe(1);
    }));

  it("outlive the one who came first: its call goes on for the others", () =>
    withServer({ flags: ["--service-account-file", join(world.folder, "key.json")] }, async (server) => {
      const before = world.google.count("/token");
      const stopped = world.google.stopped;
      const open = world.google.hold("/token");
      const first = connect(server.port, "127.0.0.1");
      first.write(encodeRequest({ target: "/computeMetadata/v1/instance/service-accounts/default/token", headers }));
      await world.google.waiting(stopped + 1);
      first.destroy();
      const second = access(server);
      // Answered after the end of the first connection has come in.
      await rawRequest(server.port, { target: "/computeMetadata/v1/instance/zone", headers });
      open();
      expect(holderOf(await second)).toBe(who.ci);
      expect(world.google.count("/token") - before).toBe(1);
    }));

  it("make ten calls for the tokens of ten audiences", () =>
    withServer({ flags: ["--service-account-file", join(world.folder, "key.json")] }, async (server) => {
      const before = world.google.count("/token");
      const answers = await many(1_000, (i) => identity(server, "default", `https://service-${i % 10}.example`));
      expect(
        answers.every(({ body }, i) => decodeJwt(body.toString()).aud === `https://service-${i % 10}.example`),
      ).toBe(true);
      expect(world.google.count("/token") - before).toBe(10);
    }));
});
