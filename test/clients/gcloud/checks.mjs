/** The gcloud command line: `checks.mjs up|down loopback`. */
import { deepEqual, equal, match } from "node:assert/strict";
import { execFile } from "node:child_process";
import { check, done } from "./report.mjs";

const origin = process.env.EMULATOR_ORIGIN;
const audience = "https://service.example.com/path?with=query";
const email = "412345678901-compute@developer.gserviceaccount.com";

/** gcloud, which is asked to print JSON or a bare value. */
function gcloud(...args) {
  return new Promise((settle) => {
    const env = { ...process.env, CLOUDSDK_CORE_DISABLE_PROMPTS: "1", CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: "1" };
    execFile("gcloud", args, { env }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : error.code, stdout: stdout.trim(), stderr }),
    );
  });
}

async function prints(...args) {
  const { code, stdout, stderr } = await gcloud(...args);
  if (code !== 0) throw new Error(`gcloud ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

const list = ["auth", "list", "--format=json"];

if (process.argv[2] === "down") {
  await check("gcloud", "`auth list` is empty", [], async () => deepEqual(JSON.parse(await prints(...list)), []));
  await check("gcloud", "`auth print-access-token` has no account", [], async () => {
    const { code, stderr } = await gcloud("auth", "print-access-token");
    equal(code, 1);
    match(stderr, /do not currently have an active account/);
  });
  done();
}

await check(
  "gcloud",
  "`auth list`: found by the project's number, accounts by their listing",
  ["R4", "R6", "R7"],
  async () => deepEqual(JSON.parse(await prints(...list)), [{ account: email, status: "ACTIVE" }]),
);
await check("gcloud", "`config list`: project, and the account", ["R4"], async () => {
  const { core } = JSON.parse(await prints("config", "list", "--all", "--format=json"));
  deepEqual([core.account, core.project], [email, "emulated-project"]);
});
await check("gcloud", "`auth print-access-token`", ["R7", "R8", "R11", "R12"], async () => {
  const token = await prints("auth", "print-access-token");
  const answer = await fetch(`${origin}/emulator/v1/issuer/tokeninfo?access_token=${token}`);
  equal((await answer.json()).email, email);
});
await check(
  "gcloud",
  "`auth print-identity-token --audiences --token-format=full --include-license`, audience sent raw",
  ["R9", "R13"],
  async () => {
    const options = [`--audiences=${audience}`, "--token-format=full", "--include-license"];
    const token = await prints("auth", "print-identity-token", ...options);
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    deepEqual([claims.aud, claims.email], [audience, email]);
    equal(claims.google.compute_engine.instance_name, "emulated-vm");
  },
);
done();
