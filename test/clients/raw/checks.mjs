/** What people type: curl, wget and PowerShell-style requests: `checks.mjs up|down loopback`. */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { check, done, say } from "./report.mjs";

const origin = process.env.EMULATOR_ORIGIN;
const v1 = `${origin}/computeMetadata/v1`;
const account = "instance/service-accounts/default";
const flavor = ["-H", "Metadata-Flavor: Google"];

/** Runs a program; its exit code is part of the answer. */
function run(program, args) {
  return new Promise((settle) => {
    execFile(program, args, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

/** curl with the answer's head, which is returned apart. */
async function curl(...args) {
  const { code, stdout } = await run("curl", ["-si", "--path-as-is", "--max-time", "20", ...args]);
  if (code !== 0) throw new Error(`curl ended with ${code}: ${stdout}`);
  const [head, ...body] = stdout.split("\r\n\r\n");
  return { head, status: Number(head.split(" ")[1]), body: body.join("\r\n\r\n") };
}

const header = ({ head }, name) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trimEnd();
const hasFlavor = ({ head }) => match(head, /^Metadata-Flavor: Google\r?$/m);
const path = (rest) => [...flavor, `${v1}/${rest}`];

/** Sends bytes and returns all that comes until the server ends the connection. */
function bytes(text) {
  return new Promise((settle, reject) => {
    let got = "";
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port || 80), hostname, () => socket.write(text));
    socket.setTimeout(20_000, () => socket.destroy(new Error(`No end within 20 s, only ${got}`)));
    socket.setEncoding("latin1").on("data", (chunk) => (got += chunk));
    socket.once("end", () => settle(got)).once("error", reject);
  });
}

async function version(program) {
  return /\d+\.\d+(\.\d+)?/.exec((await run(program, ["--version"])).stdout)[0];
}

say({ versions: { curl: await version("curl"), wget: await version("wget") } });

if (process.argv[2] === "down") {
  await check("curl", "cannot connect", [], async () => equal((await run("curl", ["-s", `${origin}/`])).code, 7));
  await check("wget", "cannot connect", [], async () =>
    equal((await run("wget", ["-qO-", "--tries=1", `${origin}/`])).code, 4),
  );
  done();
}

await check("curl", "the root without any header, three tries of 0.5 s at most", ["R1", "R18"], async () => {
  const probe = ["-s", "--max-time", "0.5", "--retry", "2", "--retry-delay", "1", "-D", "-", "-o", "/dev/null"];
  const { code, stdout } = await run("curl", [...probe, "-H", "User-Agent:", "-H", "Accept:", `${origin}/`]);
  equal(code, 0);
  match(stdout, /^HTTP\/1.1 200/);
  match(stdout, /^Metadata-Flavor: Google\r?$/m);
});
await check("curl", "the header's spelling on 200, 301, 403, 404 and 405", ["R2", "R3"], async () => {
  const asked = [
    path("instance/id"),
    path("instance"),
    [`${v1}/instance/id`],
    path("none"),
    ["-X", "DELETE", ...path("instance/id")],
  ];
  const answers = await Promise.all(asked.map((args) => curl(...args)));
  deepEqual(
    answers.map(({ status }) => status),
    [200, 301, 403, 404, 405],
  );
  answers.forEach(hasFlavor);
});
await check("curl", "values without, listings with a newline", ["R4", "R5"], async () => {
  const number = await curl(...path("project/numeric-project-id"));
  deepEqual([number.body, header(number, "Content-Type")], ["412345678901", "application/text"]);
  const listing = await curl(...path("instance/attributes/"));
  deepEqual(
    [listing.body, header(listing, "Content-Type")],
    ["enable-guest-attributes\ngreeting\nport\n", "application/text"],
  );
});
await check("curl", "content types of a token and an ID token, exactly", ["R5"], async () => {
  equal(header(await curl(...path(`${account}/token`)), "Content-Type"), "application/json");
  equal(header(await curl(...path(`${account}/identity?audience=a`)), "Content-Type"), "text/html");
});
await check(
  "curl",
  "`-L` follows a folder without its slash to the same host and port, query kept",
  ["R6"],
  async () => {
    const asked = `${v1}/instance/attributes?recursive=true&alt=json`;
    const redirect = await curl(...flavor, asked);
    deepEqual([redirect.status, header(redirect, "Location")], [301, asked.replace("?", "/?")]);
    const { stdout } = await run("curl", ["-sL", ...flavor, asked]);
    deepEqual(JSON.parse(stdout).greeting, "hello");
  },
);
await check(
  "curl",
  "tokens with scopes comma-separated, `%2C`, `%20`, `+`, empty; unknown keys",
  ["R9", "R11"],
  async () => {
    const scope = "https://www.googleapis.com/auth/cloud-platform";
    const queries = [
      `scopes=${scope},${scope}`,
      `scopes=${scope}%2C${scope}`,
      `scopes=${scope}%20${scope}`,
      `scopes=${scope}+${scope}`,
    ];
    for (const query of [
      ...queries,
      "scopes=",
      "audience=https%3A%2F%2Fwww.googleapis.com%2Foauth2%2Fv4%2Ftoken",
      "recursive=true",
    ]) {
      const { status, body } = await curl(...path(`${account}/token?${query}`));
      equal(status, 200, query);
      const { access_token, expires_in, token_type } = JSON.parse(body);
      ok(typeof access_token === "string" && Number.isInteger(expires_in) && token_type === "Bearer", body);
    }
  },
);
await check("curl", "`recursive=true` of a value is the bare value", ["R10"], async () =>
  equal((await curl(...path("project/project-id?recursive=true"))).body, "emulated-project"),
);
await check("curl", "`--http1.0`: length given, connection ended", ["R14"], async () => {
  const answer = await curl("--http1.0", ...path("instance/name"));
  deepEqual([answer.status, answer.body, header(answer, "Content-Length")], [200, "emulated-vm", "11"]);
});
await check("curl", "`--compressed` gets plain text, and its length", ["R14"], async () => {
  const answer = await curl("--compressed", ...path("?recursive=true"));
  // `wrangler dev` says `identity`, which is none.
  equal(header(answer, "Content-Encoding") ?? "identity", "identity");
  equal(header(answer, "Transfer-Encoding"), undefined);
  equal(Number(header(answer, "Content-Length")), Buffer.byteLength(answer.body));
});
await check("curl", "Fluent Bit's, facter's and Java's headers change nothing", ["R15"], async () => {
  const plain = await curl(...path("instance/zone"));
  const java = "Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";
  for (const extra of [
    "Content-Type: application/text",
    "Accept: application/json",
    java,
    "X-Goog-Api-Client: gl-x/1",
  ]) {
    const answer = await curl("-H", extra, ...path("instance/zone"));
    deepEqual([answer.body, header(answer, "Content-Type")], [plain.body, "application/text"]);
  }
});
await check("curl", "all names of the server, with a port, with a trailing dot", ["R16"], async () => {
  const names = [
    "metadata.google.internal",
    "metadata.google.internal.",
    "metadata",
    "metadata.goog",
    "169.254.169.254",
  ];
  for (const name of names.flatMap((one) => [one, `${one}:8080`]))
    equal((await curl("-H", `Host: ${name}`, ...path("instance/name"))).body, "emulated-vm", name);
});
await check("curl", "`X-Forwarded-For`, or no `Metadata-Flavor`: 403", ["R17"], async () => {
  equal((await curl("-H", "X-Forwarded-For: 10.0.0.1", ...path("instance/id"))).status, 403);
  equal((await curl(`${v1}/instance/id`)).status, 403);
});
await check(
  "curl",
  "other clouds' probes: `PUT /latest/api/token`, `/latest/meta-data/`, `/metadata/instance`",
  ["R19"],
  async () => {
    const token = await curl(
      "-X",
      "PUT",
      "-H",
      "X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 60",
      `${origin}/latest/api/token`,
    );
    ok(token.status >= 400 && token.status < 500, token.head);
    hasFlavor(token);
    equal((await curl(`${origin}/latest/meta-data/`)).status, 404);
    equal((await curl("-H", "Metadata: true", `${origin}/metadata/instance?api-version=2021-02-01`)).status, 404);
  },
);
await check("curl", "both spellings of the universe", ["R20"], async () => {
  equal((await curl(...path("universe/universe-domain"))).body, "googleapis.com");
  const old = await curl(...path("universe/universe_domain"));
  equal(old.status, 404);
  hasFlavor(old);
});
await check(
  "curl",
  "`wait_for_change` of an unchanged value waits for its `timeout_sec`; `NONE` does not",
  ["R21", "R26"],
  async () => {
    const etag = header(await curl(...path("instance/id")), "ETag");
    match(etag, /^[0-9a-f]+$/);
    const [code, time] = (
      await run("curl", [
        "-s",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code} %{time_total}",
        ...path(
          `/?wait_for_change=true&recursive=true&timeout_sec=1&last_etag=${header(await curl(...path("?recursive=true")), "ETag")}`,
        ),
      ])
    ).stdout.split(" ");
    deepEqual([code, Number(time) >= 0.99], ["200", true]);
    equal((await curl(...path("instance/id?wait_for_change=true&last_etag=NONE"))).status, 200);
  },
);
await check("curl", "`wait_for_change` is answered when the value is written", ["R21", "R23"], async () => {
  const key = "instance/guest-attributes/raw/key";
  equal((await curl("-X", "PUT", "--data-raw", "one", ...path(key))).status, 200);
  const first = await curl(...path(key));
  let answered = false;
  const waiting = curl(...path(`${key}?wait_for_change=true&last_etag=${header(first, "ETag")}`)).finally(
    () => (answered = true),
  );
  await curl(...path("instance/id"));
  equal(answered, false);
  // Repeated, since nothing says when the wait has begun; each write is another value.
  for (let i = 0; !answered && i < 40; i++) await curl("-X", "PUT", "--data-raw", `two ${i}`, ...path(key));
  const second = await waiting;
  match(second.body, /^two/);
  notEqual(header(second, "ETag"), header(first, "ETag"));
});
await check("curl", "ids as numbers with every digit, attributes as strings", ["R22"], async () => {
  const { body } = await curl(...path("?recursive=true&alt=json"));
  match(body, /"id":7243198306741625103[,}]/);
  match(body, /"port":"8080"/);
  match(body, /"machineType":/);
  deepEqual(JSON.parse((await curl(...path(`${account}/scopes?alt=json`))).body).length, 2);
});
await check("curl", "`-I` on a value; `POST` on one is 405", ["R23"], async () => {
  const head = await curl("-I", ...path("instance/name"));
  deepEqual([head.status, head.body], [200, ""]);
  equal((await curl("-X", "POST", "-d", "", ...path("instance/name"))).status, 405);
});
await check("curl", "`-H metadata-flavor: Google`", ["R24"], async () =>
  equal((await curl("-H", "metadata-flavor: Google", `${v1}/instance/name`)).body, "emulated-vm"),
);
await check("curl", "a token of an account that is not there: 404, and nothing like a token", ["R25"], async () => {
  const answer = await curl(...path("instance/service-accounts/none@example.com/token"));
  equal(answer.status, 404);
  ok(!answer.body.includes("access_token"), answer.body);
});
await check("curl", "a doubled slash below the version", ["R26"], async () => {
  const { stdout } = await run("curl", ["-sL", "--path-as-is", ...flavor, `${v1}//?recursive=true&alt=json`]);
  equal(JSON.parse(stdout).project.projectId, "emulated-project");
});
await check("wget", "`--header` and a value; a folder without its slash", ["R4", "R6"], async () => {
  const wget = ["-qO-", "--tries=1", "--header=Metadata-Flavor: Google"];
  equal((await run("wget", [...wget, `${v1}/instance/name`])).stdout, "emulated-vm");
  match((await run("wget", [...wget, `${v1}/instance/attributes`])).stdout, /^greeting$/m);
});
await check("wget", "`--spider` of the root; 8 for an error of the server", ["R1", "R23", "R25"], async () => {
  equal((await run("wget", ["-q", "--tries=1", "--spider", `${origin}/`])).code, 0);
  equal((await run("wget", ["-qO-", "--tries=1", `${v1}/instance/name`])).code, 8);
});
await check(
  "PowerShell's bytes",
  '`Invoke-RestMethod -Headers @{"Metadata-Flavor"="Google"}` as Windows PowerShell sends it',
  ["R2", "R14", "R15"],
  async () => {
    const agent = "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.17763.1";
    const request = `GET /computeMetadata/v1/instance/name HTTP/1.1\r\nMetadata-Flavor: Google\r\nUser-Agent: ${agent}\r\nHost: metadata.google.internal\r\nConnection: Close\r\n\r\n`;
    const answer = await bytes(request);
    match(answer, /^HTTP\/1.1 200 OK\r\n/);
    match(answer, /\r\nMetadata-Flavor: Google\r\n/);
    match(answer, /\r\nContent-Length: 11\r\n/i);
    match(answer, /\r\n\r\nemulated-vm$/);
  },
);
await check(
  "gRPC's bytes",
  "`GET / HTTP/1.0` with `Host` only, as C-core's detection was",
  ["R1", "R2", "R14"],
  async () => {
    const answer = await bytes("GET / HTTP/1.0\r\nHost: metadata.google.internal.\r\n\r\n");
    match(answer, /^HTTP\/1.[01] 200 /);
    match(answer, /\r\nMetadata-Flavor: Google\r\n/);
    match(answer, /\r\nContent-Length: \d+\r\n/i);
    ok(!/transfer-encoding/i.test(answer), answer);
  },
);
done();
