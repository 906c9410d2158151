/** `node --test`: one server for the file, and a preempted machine. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createEmulator } from "gce-metadata-emulator";

const emulator = createEmulator({ preset: "vm", projectId: "my-project" });
let url = "";

before(async () => {
  ({ url } = await emulator.listen());
});
after(() => emulator.close());

const get = async (path) => {
  const answer = await fetch(`${url}/computeMetadata/v1/${path}`, { headers: { "Metadata-Flavor": "Google" } });
  return answer.text();
};

test("the project is the configured one", async () => {
  assert.equal(await get("project/project-id"), "my-project");
});

test("the machine is told that it is preempted", async () => {
  assert.equal(await get("instance/preempted"), "FALSE");
  await emulator.event({ type: "preemption" });
  assert.equal(await get("instance/preempted"), "TRUE");
});
