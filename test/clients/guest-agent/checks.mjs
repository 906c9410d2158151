/** Debian's guest agent, in an empty root of its own: `checks.mjs up|down namespace`. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { check, done, say } from "./report.mjs";

const { EMULATOR_ORIGIN: origin, EMULATOR_CONTROL: control } = process.env;
const agent = "google_guest_agent";
const runner = "google_metadata_script_runner";
// Nothing but the right to enter the root, so that it can change neither clock nor network.
const inside = ["--bounding-set=-all,+sys_chroot", "chroot", "root"];

/** Calls the control API. */
async function emulator(method, path, body) {
  const headers = { Authorization: `Bearer ${control}` };
  const answer = await fetch(`${origin}/emulator/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** The agent's waits that have been answered. */
async function waits() {
  const requests = await emulator("GET", "requests");
  return requests.filter(({ path }) => path.includes("wait_for_change=true"));
}

/** Looks until it is there, for as long as the agent runs. */
async function until(look) {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const found = await look();
    if (found) return found;
    await setTimeout(100);
  }
  throw new Error(`Not there after 20 s. The agent said:\n${log}`);
}

const etagOf = ({ path }) => /last_etag=(\w+)/.exec(path)?.[1];

say({ versions: { "google-guest-agent": readFileSync("version", "utf8") } });
for (const trace of ["root/etc/google_instance_id", "root/started"]) rmSync(trace, { force: true });
let log = "";
const child = spawn("setpriv", [...inside, `/usr/bin/${agent}`], {
  stdio: ["ignore", "pipe", "pipe"],
  env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
});
for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (log += text));
process.once("exit", () => child.kill("SIGKILL"));

if (process.argv[2] === "down") {
  await check(agent, "takes no instance id, and goes on asking", [], async () => {
    await until(() => log.includes("GCE Agent Started"));
    await setTimeout(3000);
    deepEqual([existsSync("root/etc/google_instance_id"), child.exitCode], [false, null]);
  });
  done();
}

await check(agent, "reads the tree through a doubled slash and takes `instance.id`", ["R22", "R26"], async () => {
  await until(() => existsSync("root/etc/google_instance_id"));
  equal(readFileSync("root/etc/google_instance_id", "utf8").trim(), "7243198306741625103");
});
await check(agent, "writes its guest attribute `guest-agent/sshable`", ["R23"], async () => {
  const url = `${origin}/computeMetadata/v1/instance/guest-attributes/guest-agent/sshable`;
  await until(async () => (await fetch(url, { headers: { "Metadata-Flavor": "Google" } })).status === 200);
});
let answered = 0;
await check(agent, "sits in `wait_for_change`: nothing is answered in 3 s", ["R21", "R26"], async () => {
  // Its own guest attribute is a change too, so that there may be one more answer before it is quiet.
  await until(async () => {
    const before = (await waits()).length;
    await setTimeout(3000);
    answered = (await waits()).length;
    return answered === before || answered > 2;
  });
  const etags = (await waits()).map(etagOf);
  equal(etags[0], "NONE");
  ok(etags.length <= 2, `it was answered with ${etags}`);
});
await check(agent, "a change ends the wait, and it waits again with the new ETag", ["R21", "R26"], async () => {
  await emulator("PUT", "metadata/instance/attributes/greeting", "changed once");
  const first = etagOf(await until(async () => (await waits())[answered]));
  await emulator("PUT", "metadata/instance/attributes/greeting", "changed twice");
  const second = etagOf(await until(async () => (await waits())[answered + 1]));
  for (const etag of [first, second]) match(etag, /^[0-9a-f]{16}$/);
  ok(first !== second, `twice the ETag ${first}`);
  equal((await waits()).length, answered + 2);
});
await check(runner, "runs the attribute `startup-script`", ["R4", "R22"], async () => {
  await emulator("PUT", "metadata/instance/attributes/startup-script", "echo ran > /started");
  const args = [...inside, `/usr/bin/${runner}`, "startup"];
  const said = await new Promise((settle) => {
    execFile("setpriv", args, { env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" } }, (_, stdout, stderr) =>
      settle(stdout + stderr),
    );
  });
  match(said, /exit status 0/);
  equal(readFileSync("root/started", "utf8"), "ran\n");
});
child.kill("SIGKILL");
done();
