import { describe, expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { callFrom } from "../../../worker/http/request-call.ts";
import { Audit } from "../../../worker/service/audit.ts";
import { Registry } from "../../../worker/service/registry.ts";
import { Tenant } from "../../../worker/service/tenant.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { authFor, settingsFor } from "./fixture.ts";

async function tenant(control = false): Promise<Tenant> {
  const platform = createFakePlatform();
  const clients = [{ match: { secret: "a" }, control }];
  const { service, ...settings } = await settingsFor({ auth: authFor("a"), clients });
  if (service === undefined) throw new Error("not a service");
  const audit = new Audit(platform.clock, () => undefined);
  return new Tenant(await createEmulatorCore(settings, platform, { keepRequests: control }), {
    service,
    platform,
    audit,
  });
}

describe("the registry of instances", () => {
  it("builds each once, however many ask at the same time", async () => {
    let built = 0;
    const registry = new Registry(async () => {
      built++;
      return tenant();
    });
    const found = await Promise.all([registry.get("a"), registry.get("a"), registry.get("b")]);
    expect([built, found[0] === found[1], registry.size]).toEqual([2, true, 2]);
  });

  it("tries again after a failure", async () => {
    let fails = true;
    const registry = new Registry(async () => {
      if (fails) throw new Error("broken");
      return tenant();
    });
    await expect(registry.get("a")).rejects.toThrow("broken");
    fails = false;
    await expect(registry.get("a")).resolves.toBeInstanceOf(Tenant);
  });

  it("drops the one that was idle longest, never one that was changed, has a fault rule or an event to come", async () => {
    const registry = new Registry(() => tenant(), 4);
    const changed = await registry.get("changed");
    await (await changed.emulator.control()).set("instance/attributes/k", "v");
    const faulty = await registry.get("faulty");
    (await faulty.emulator.control()).fault({ path: "/**", status: 500 });
    const awaited = await registry.get("awaited");
    await (await awaited.emulator.control()).event({ type: "preemption", delay: "1h" });
    await registry.get("idle");
    await registry.get("new");
    expect([...registry.tenants()].map(([name]) => name).sort()).toEqual(["awaited", "changed", "faulty", "new"]);
    expect(await registry.get("changed")).toBe(changed);
  });

  it("keeps one that somebody looks at, until he looks away", async () => {
    const registry = new Registry(() => tenant(true), 1);
    const watched = await registry.get("watched");
    const admitted = { rule: 0, subject: { client: "a", name: "a" } };
    const request = new Request("http://service.example.com/emulator/v1/stream", { headers: { host: "x" } });
    const { status, stream } = await watched.handle(callFrom(request), admitted as never);
    expect([status, watched.idle]).toEqual([200, false]);
    await registry.get("new");
    expect([...registry.tenants()].map(([name]) => name)).toEqual(["watched", "new"]);
    await stream?.cancel();
    expect(watched.idle).toBe(true);
  });

  it("keeps one whose machine migrates just now", async () => {
    const migrating = await tenant();
    migrating.emulator.faults.suspend(30_000);
    expect(migrating.idle).toBe(false);
    migrating.emulator.faults.set([]);
    expect(migrating.idle).toBe(false);
  });
});
