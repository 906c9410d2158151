/**
 * How GKE's metadata server words an error of its own (mds-behaviour.md 11), with our cause behind it.
 *
 * @module
 */
import { expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { get, settingsWith } from "../metadata/fixture.ts";

it("answers 500 in plain text that begins as GKE's does and names the cause", async () => {
  const credentialError = new ConfigurationError([{ at: "Cannot use key", message: "private_key: missing" }]);
  const settings = settingsWith({}, { preset: "gke" });
  const emulator = await createEmulatorCore(settings, createFakePlatform(), { credentialError, keepGoing: true });
  const answer = await get(emulator, "instance/service-accounts/default/token");
  expect(answer.status).toBe(500);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await answer.text()).toBe(
    "GKE Metadata Server: Internal Server Error\nCannot use key: private_key: missing\n",
  );
});
