/**
 * The figures of docs/scale.md: a service of many instances on workerd with the variables of its production environment,
 * each instance a Durable Object. Times are for reading; it fails for what is wrong on any machine: a wrong answer,
 * another tenant's value, more calls to Google than tokens, something acknowledged that an eviction lost.
 *
 * `node test/scale/main.ts [--instances 1000] [--requests 10000] [--concurrency 50]`
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { serveFakeGoogle } from "../fakes/google-server.ts";
import buildWorker from "../harness/build-worker.ts";
import { startServer } from "../harness/server.ts";

const { values } = parseArgs({
  options: {
    instances: { type: "string", default: "1000" },
    requests: { type: "string", default: "10000" },
    concurrency: { type: "string", default: "50" },
  },
});
const count = Number(values.instances);
const requests = Number(values.requests);
const concurrency = Number(values.concurrency);

/** workerd drops a Durable Object that nobody has asked for about ten seconds. */
const evictionMs = 13_000;

const v1 = "/computeMetadata/v1";
const tokenPath = `${v1}/instance/service-accounts/default/token`;
const keptPath = `${v1}/instance/guest-attributes/scale/kept`;
const secretOf = (index: number) => `scale-secret-${String(index).padStart(6, "0")}-`.padEnd(40, "x");
const emailOf = (index: number) => `sa-${index}@scale.iam.gserviceaccount.com`;

const google = await serveFakeGoogle();
const key = await google.google.directory.createServiceAccount("base@scale.iam.gserviceaccount.com", {});
const indexes = Array.from({ length: count }, (_, index) => index);
for (const index of indexes) google.google.directory.allow("base@scale.iam.gserviceaccount.com", emailOf(index));
buildWorker();
const server = await startServer("workerd", {
  env: {
    METADATA_REQUIRE_AUTH: "1",
    GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(key),
    CLOUDSDK_AUTH_TOKEN_HOST: `${google.url}/token`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: google.url,
    METADATA_ALLOWED_ENDPOINTS: "127.0.0.1",
  },
  config: configuration(),
});

function configuration(): object {
  const attributes = { "enable-guest-attributes": "TRUE" };
  return {
    auth: {
      secrets: indexes.map((index) => ({
        name: `client-${index}`,
        sha256: createHash("sha256").update(secretOf(index)).digest("hex"),
      })),
    },
    instances: Object.fromEntries(
      indexes.map((index) => [
        `instance-${index}`,
        {
          metadata: { instance: { attributes: { ...attributes, owner: `owner-${index}` } } },
          accounts: {
            default: {},
            own: { source: { type: "impersonated", serviceAccount: emailOf(index), base: "default" } },
          },
        },
      ]),
    ),
    clients: indexes.map((index) => ({
      match: { secret: `client-${index}` },
      instance: `instance-${index}`,
      account: "own",
      maxLifetime: 900,
    })),
  };
}

async function ask(index: number, path: string, init: RequestInit = {}): Promise<string> {
  const headers = { Authorization: `Bearer ${secretOf(index)}`, "Metadata-Flavor": "Google" };
  const answer = await fetch(server.origin + path, { ...init, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} of instance ${index}: ${answer.status} ${text}`);
  return text;
}

/** Runs `total` tasks, `concurrency` at a time; returns their times in milliseconds, and that of all. */
async function timed(total: number, task: (number: number) => Promise<void>): Promise<{ each: number[]; all: number }> {
  const each: number[] = [];
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < total) {
      const mine = next++;
      const before = performance.now();
      await task(mine);
      each.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { each: each.sort((a, b) => a - b), all: performance.now() - started };
}

const rows: string[] = [];
function report(what: string, { all, each }: { each: number[]; all: number }): void {
  const at = (share: number) => (each[Math.min(each.length - 1, Math.floor(each.length * share))] ?? 0).toFixed(1);
  const perSecond = ((each.length / all) * 1000).toFixed(0);
  rows.push(`| ${what} | ${each.length} | ${perSecond} | ${at(0.5)} | ${at(0.99)} | ${memory()} |`);
}

/** Resident memory of the server's process. */
function memory(): string {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)}`;
}

const minted = () => google.google.count(":generateAccessToken");
function expectMints(most: number, when: string): void {
  if (minted() > most) throw new Error(`${minted()} calls for tokens ${when}, not ${most}`);
}

/** Workloads ask a few times in a row and then not for long: of `total` requests each instance gets its share at once. */
const turnOf = (number: number, total: number) => Math.min(count - 1, Math.floor((number * count) / total));

async function checkOwn(index: number): Promise<void> {
  const owner = await ask(index, `${v1}/instance/attributes/owner`);
  if (owner !== `owner-${index}`) throw new Error(`instance ${index} answers ${owner}`);
}

async function checkToken(index: number): Promise<void> {
  const { access_token } = JSON.parse(await ask(index, tokenPath)) as { access_token: string };
  const subject = google.google.issuer.issued.get(access_token)?.subject;
  if (subject !== emailOf(index)) throw new Error(`instance ${index} gave a token of ${subject}`);
}

try {
  report("first request of each instance (its object is made)", await timed(count, checkOwn));
  report("first token of each instance", await timed(count, checkToken));
  expectMints(count, "after the first token of each");
  report(
    "metadata, each instance's share at once",
    await timed(requests, (number) => checkOwn(turnOf(number, requests))),
  );
  report(
    "tokens, each instance's share at once",
    await timed(requests, (number) => checkToken(turnOf(number, requests))),
  );
  // On a slow machine a round over all instances takes longer than an idle object lives.
  const meanwhile = minted() - count;
  await timed(count, async (index) => {
    await ask(index, keptPath, { method: "PUT", body: `kept-${index}` });
  });
  await new Promise((resolve) => setTimeout(resolve, evictionMs));
  const wake = await timed(count, async (index) => {
    const kept = await ask(index, keptPath);
    if (kept !== `kept-${index}`) throw new Error(`instance ${index} lost what it acknowledged: ${kept}`);
  });
  report("first request after an eviction, and what was written is there", wake);
  const before = minted();
  await timed(count, checkToken);
  const evicted = minted() - before;
  if (evicted > count) throw new Error(`${evicted} calls for tokens after one eviction of ${count} instances`);
  const title =
    "| what | requests | per second | median ms | 99 % ms | memory MiB |\n| --- | --: | --: | --: | --: | --: |";
  process.stdout.write(`${count} instances, ${concurrency} at a time\n\n${title}\n${rows.join("\n")}\n\n`);
  process.stdout.write(`${evicted} of ${count} objects had been evicted: they fetched their token anew.\n`);
  process.stdout.write(`${meanwhile} of ${requests} requests for tokens met an object that had been evicted.\n`);
} finally {
  await server.stop();
  await google.close();
}
