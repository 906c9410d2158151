/** `deno test`: tokens that live as long as a clock of the test's own says. */
import { createEmulator } from "gce-metadata-emulator";

Deno.test("a token is renewed before it ends", async () => {
  let now = Date.parse("2030-01-01T00:00:00Z");
  const emulator = createEmulator({ clock: { now: () => now } });
  const token = async (): Promise<{ access_token: string; expires_in: number }> => {
    const url = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
    const answer = await emulator.fetch(url, { headers: { "Metadata-Flavor": "Google" } });
    return await answer.json();
  };
  const first = await token();
  now += 3_590_000;
  const second = await token();
  if (second.access_token === first.access_token) throw new Error("the old token was served to its end");
  if (second.expires_in < 3_000) throw new Error(`a new token lives ${second.expires_in} s only`);
  await emulator.close();
});
