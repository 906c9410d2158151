/** What is kept beside the tokens to answer faster has a bound as well, whoever asks for what (SECURITY.md, "Limits"). */
import { describe, expect, it, vi } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { createMetadataHandler } from "../../../worker/http/handlers/metadata.ts";
import { callFrom } from "../../../worker/http/request-call.ts";
import { nothing } from "../../../worker/http/secret-path.ts";
import { styles } from "../../../worker/http/style.ts";
import { TokensView } from "../../../worker/inspector/tokens-view.ts";
import { RateLimiter } from "../../../worker/lib/rate-limiter.ts";
import { Audit } from "../../../worker/service/audit.ts";
import { Tenant } from "../../../worker/service/tenant.ts";
import { TokenCache } from "../../../worker/tokens/cache.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { emulatorWith } from "../metadata/fixture.ts";
import { authFor, settingsFor } from "../service/fixture.ts";

describe("Plans of requests", () => {
  const target = "http://metadata/computeMetadata/v1/instance/service-accounts/default/token";

  async function handler() {
    const { instance } = await emulatorWith({});
    const planned: string[] = [];
    const read = createMetadataHandler(instance, styles.vm, (call) => {
      planned.push(call.search);
      return () => nothing;
    });
    return { planned, ask: (search: string) => read(callFrom(new Request(`${target}?${search}`))) };
  }

  it("are kept for a thousand targets, and then begin anew", async () => {
    const { ask, planned } = await handler();
    for (let i = 0; i < 1_000; i++) ask(`x=${i}`);
    ask("x=0");
    expect(planned).toHaveLength(1_000);
    ask("x=1000");
    ask("x=0");
    expect(planned.slice(1_000)).toEqual(["x=1000", "x=0"]);
  });

  it("are not kept for a target that is nobody's habit", async () => {
    const { ask, planned } = await handler();
    for (let i = 0; i < 2; i++) ask(`x=${"y".repeat(1_024)}`);
    expect(planned).toHaveLength(2);
  });
});

describe("A limit of requests", () => {
  it("remembers ten thousand keys, and forgets the one that was idle longest", () => {
    const limiter = new RateLimiter({ burst: 1, perSecond: 0.001 }, createFakeClock());
    for (let i = 0; i < 10_000; i++) expect(limiter.take(`k${i}`)).toBe(0);
    expect(limiter.take("k9999")).toBeGreaterThan(0);
    expect(limiter.take("one more")).toBe(0);
    expect([limiter.take("k9998") > 0, limiter.take("k0")]).toEqual([true, 0]);
  });
});

describe("The clients of an instance of a service", () => {
  it("have their way in kept, a thousand of them", async () => {
    const platform = createFakePlatform();
    const { service, ...settings } = await settingsFor({ auth: authFor("a"), clients: [{ match: { secret: "a" } }] });
    if (service === undefined) throw new Error("not a service");
    const emulator = await createEmulatorCore(settings, platform);
    const route = vi.fn(emulator.route);
    const audit = new Audit(platform.clock, () => undefined);
    const tenant = new Tenant({ ...emulator, route }, { service, platform, audit });
    const ask = (client: string) => {
      const call = callFrom(new Request("http://x/", { headers: { host: "x" } }));
      return tenant.handle(call, { rule: 0, subject: { client } });
    };
    for (let i = 0; i <= 1_000; i++) await ask(`c${i}`);
    expect(route).toHaveBeenCalledTimes(1_001);
    await ask("c1");
    expect(route).toHaveBeenCalledTimes(1_001);
    await ask("c0");
    expect(route).toHaveBeenCalledTimes(1_002);
  });
});

describe("What the inspector shows of held tokens", () => {
  it("are the latest two hundred, and the latest fifty failures", async () => {
    const clock = createFakeClock();
    const cache = new TokenCache({ clock });
    const one = { email: "a@x.example", aliases: [], scopes: [], source: {} };
    const view = new TokensView(cache, () => [one]);
    for (let i = 0; i <= 200; i++)
      await cache.get(`${one.email}\naccess\n\ns${i}`, async () => ({
        value: "t",
        expiresAt: clock.now() + 3_600_000,
      }));
    for (let i = 0; i <= 50; i++) view.flown(`${one.email}\naccess\n\ns${i}`, new Error("no"), clock.now());
    const { accounts, failures } = await view.describe();
    expect([accounts[0]?.tokens.length, failures.length, failures[0]?.target]).toEqual([200, 50, "s50"]);
  });
});
