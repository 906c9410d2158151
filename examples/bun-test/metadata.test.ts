/** `bun test`: no port at all; the program under test is given a `fetch`. */
import { expect, test } from "bun:test";
import { createEmulator } from "gce-metadata-emulator";

/** The program under test. */
async function zone(fetch: (url: string, init: RequestInit) => Promise<Response>): Promise<string> {
  const url = "http://metadata.google.internal/computeMetadata/v1/instance/zone";
  const answer = await fetch(url, { headers: { "Metadata-Flavor": "Google" } });
  return (await answer.text()).split("/").at(-1) ?? "";
}

test("the program knows its zone", async () => {
  const emulator = createEmulator({ zone: "europe-west1-b" });
  expect(await zone(emulator.interceptor())).toBe("europe-west1-b");
  await emulator.close();
});
