/** A program that asks for one audience after the other: neither memory nor Google is flooded (SECURITY.md). */
import { expect, it } from "vitest";
import { loadSettings } from "../../../worker/config/load.ts";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { maxKeys, maxWaiting, TokenCache } from "../../../worker/tokens/cache.ts";
import { mintLimit } from "../../../worker/tokens/mint-limit.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

it("holds 2,000 of a hundred thousand tokens", async () => {
  const clock = createFakeClock();
  const cache = new TokenCache({ clock });
  const expiresAt = clock.now() + 3_600_000;
  let most = 0;
  for (let at = 0; at < 100_000; at += 500) {
    const some = Array.from({ length: 500 }, (_, i) =>
      cache.get(`k${at + i}`, async () => ({ value: "t", expiresAt })),
    );
    await Promise.all(some);
    most = Math.max(most, cache.size);
  }
  expect(most).toBeLessThanOrEqual(maxKeys);
  expect(clock.pending).toBe(0);
});

it("lets ten thousand requests wait for tokens, and refuses the next ones without asking anybody for them", async () => {
  const clock = createFakeClock();
  const cache = new TokenCache({ clock });
  let mints = 0;
  let land = (): void => undefined;
  const landing = new Promise<void>((resolve) => {
    land = resolve;
  });
  const mint = async () => {
    mints++;
    await landing;
    return { value: "t", expiresAt: clock.now() + 3_600_000 };
  };
  await cache.get("held", async () => ({ value: "held", expiresAt: clock.now() + 3_600_000 }));
  const waiting = Array.from({ length: maxWaiting }, (_, i) => cache.get(`k${i % 7}`, mint));
  const refused = {
    failure: "unavailable",
    message: expect.stringMatching(/^Cannot get a token: 10000 requests wait/),
  };
  await expect(cache.get("k0", mint)).rejects.toMatchObject(refused);
  await expect(cache.get("new", mint)).rejects.toMatchObject(refused);
  expect((await cache.get("held", mint)).value).toBe("held");
  expect({ mints, size: cache.size }).toEqual({ mints: 7, size: 8 });
  land();
  await Promise.all(waiting);
  expect((await cache.get("new", mint)).value).toBe("t");
  expect(clock.pending).toBe(0);
});

it("asks Google a thousand times for five thousand audiences, and answers 429 with the time to wait to the rest", async () => {
  const far = 4_000_000_000;
  const jwt = ["{}", JSON.stringify({ exp: far, iat: 1 }), "s"].map((part) => btoa(part).replaceAll("=", "")).join(".");
  let calls = 0;
  const clock = createFakeClock();
  const platform = createFakePlatform({
    clock,
    fetch: async () => {
      calls++;
      return Response.json({ token: jwt });
    },
  });
  const account = { email: "a@example.com", source: { type: "http", url: "http://127.0.0.1:1/token" } };
  const inputs = { flags: {}, env: {}, configText: JSON.stringify({ accounts: { default: account } }) };
  const emulator = await createEmulatorCore(await loadSettings(inputs, platform), platform, { keepRequests: true });
  const headers = { host: "metadata.google.internal", "metadata-flavor": "Google" };
  const ask = (audience: string) =>
    emulator.fetch(
      new Request(
        `http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity?audience=${audience}`,
        { headers },
      ),
    );
  const statuses = new Map<number, number>();
  for (let at = 0; at < 5_000; at += 500)
    for (const { headers: answered, status } of await Promise.all(
      Array.from({ length: 500 }, (_, i) => ask(`https://a${at + i}.example.com`)),
    )) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 429) expect(answered.get("retry-after")).toMatch(/^[1-9]\d*$/);
    }
  expect(Object.fromEntries(statuses)).toEqual({ 200: mintLimit.burst, 429: 5_000 - mintLimit.burst });
  expect(calls).toBe(mintLimit.burst);
  // What was got is served still, and there is room again a moment later.
  expect((await ask("https://a0.example.com")).status).toBe(200);
  await clock.advance(100);
  expect((await ask("https://new.example.com")).status).toBe(200);
  // A configuration that was saved anew makes none.
  await emulator.configure(emulator.settings);
  expect((await ask("https://newer.example.com")).status).toBe(429);
});
