import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../../worker/faults/rule.ts";
import { maxRuleBodies } from "../../../worker/faults/rules.ts";
import { startWorld, type World } from "../control/world.ts";

const id = "instance/id";
const token = "instance/service-accounts/default/token";

/** The statuses of `count` requests, one after the other. */
async function statuses(world: World, count: number, path = id): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await world.get(path)).status);
  return all;
}

const struck = async (rules: readonly FaultRule[], count: number) => {
  const world = await startWorld();
  (await world.emulator.control()).setFaults(rules);
  return statuses(world, count);
};

describe("A fault rule", () => {
  it.each<[string, FaultRule, number[]]>([
    ["always", { path: "*", status: 503 }, [503, 503, 503, 503]],
    ["the first two requests", { path: "*", status: 503, times: 2 }, [503, 503, 200, 200]],
    ["the third request", { path: "*", status: 503, nth: 3 }, [200, 200, 503, 200]],
    ["from the second on, twice", { path: "*", status: 503, nth: 2, times: 2 }, [200, 503, 503, 200]],
    ["another method", { path: "*", status: 503, method: "put" }, [200, 200, 200, 200]],
    ["its method", { path: "*", status: 503, method: "get" }, [503, 503, 503, 503]],
    ["another path", { path: "project/**", status: 503 }, [200, 200, 200, 200]],
  ])("strikes %s", async (_, rule, expected) => {
    expect(await struck([rule], 4)).toEqual(expected);
  });

  it("of some probability strikes the same requests for the same seed", async () => {
    const rule = { path: "*", status: 503, probability: 0.3, seed: 7 };
    const first = await struck([rule], 200);
    expect(await struck([rule], 200)).toEqual(first);
    expect(await struck([{ ...rule, seed: 8 }], 200)).not.toEqual(first);
    const share = first.filter((status) => status === 503).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it("gives way to the next one when it is spent", async () => {
    const rules = [
      { path: "*", status: 500, times: 1 },
      { path: "*", status: 429, times: 2 },
    ];
    expect(await struck(rules, 4)).toEqual([500, 429, 429, 200]);
  });

  it("delays on the clock, and then answers as ever", async () => {
    const world = await startWorld();
    (await world.emulator.control()).fault({ path: id, delayMs: 1_500 });
    let answered = 0;
    const answer = world.get(id).then((response) => {
      answered = world.clock.now();
      return response;
    });
    const started = world.clock.now();
    await world.clock.advance(3_000);
    expect((await answer).status).toBe(200);
    expect(answered - started).toBe(1_500);
    expect((await world.emulator.control()).requests()).toMatchObject([
      { status: 200, fault: `delay 1500 ms (${id})` },
    ]);
  });

  it("answers with a body, as JSON where it is JSON", async () => {
    const world = await startWorld();
    (await world.emulator.control()).setFaults([
      { path: id, body: '{"a":1}' },
      { path: token, body: "garbage" },
    ]);
    const json = await world.get(id);
    expect([json.status, json.headers.get("content-type"), await json.text()]).toEqual([
      200,
      "application/json",
      '{"a":1}',
    ]);
    const text = await world.get(token);
    expect([text.status, text.headers.get("content-type"), await text.text()]).toEqual([200, "text/html", "garbage"]);
  });

  it("shortens the life that an access token shows, and nothing else", async () => {
    const world = await startWorld();
    const before = await (await world.get(token)).json();
    (await world.emulator.control()).setFaults([{ path: "**", tokenLifetime: 5 }]);
    expect(await (await world.get(token)).json()).toEqual({ ...before, expires_in: 5 });
    expect(await world.text("instance/name")).toBe("emulated-vm");
  });

  it.each([
    [503, 503],
    [403, 403],
    ["reset", 503],
    ["timeout", 503],
  ] as const)("lets the source of tokens fail with %s, which becomes %s", async (upstream, status) => {
    const world = await startWorld();
    (await world.emulator.control()).setFaults([{ path: token, upstream }]);
    const answer = await world.get(token);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain("Cannot get a token: a fault rule makes its source fail");
  });

  it("never concerns the control API, nor whom the guard refuses", async () => {
    const world = await startWorld();
    (await world.emulator.control()).setFaults([{ path: "*", status: 500, times: 1 }]);
    const health = await world.emulator.fetch(
      new Request("http://localhost/emulator/v1/health", { headers: { host: "localhost" } }),
    );
    expect(health.status).toBe(200);
    expect((await world.get(id, { headers: { host: "evil.example" } })).status).toBe(403);
    expect(await statuses(world, 2)).toEqual([500, 200]);
  });

  it.each<[unknown, string]>([
    [{ status: 503 }, "fault.path: Is missing"],
    [{ path: "*".repeat(1_001), status: 503 }, "fault.path: Must have at most 1000 characters"],
    [{ path: "*" }, "fault: Does nothing: give one of status"],
    [{ path: "*", staus: 503 }, 'fault.staus: Unknown key, did you mean "status"?'],
    [{ path: "*", status: "503" }, "fault.status: Must be a number, not a string"],
    [{ path: "*", status: 99 }, "fault.status: Must be a status from 200 to 599"],
    [{ path: "*", status: 503, times: 0 }, "fault.times: Must be 1 or more"],
    [{ path: "*", status: 503, probability: 2 }, "fault.probability: Must be from 0 to 1"],
    [{ path: "*", delayMs: -1 }, "fault.delayMs: Must be 0 or more"],
    [{ path: "*", upstream: "explode" }, 'fault.upstream: Must be a status from 400 to 599, "reset" or "timeout"'],
  ])("that cannot be meant is refused with the field's name: %j", async (rule, reason) => {
    const { emulator } = await startWorld();
    const control = await emulator.control();
    expect(() => control.fault(rule as FaultRule)).toThrow(reason);
    expect(control.faults()).toEqual([]);
  });

  it("is one of a thousand at most", async () => {
    const { emulator } = await startWorld();
    const rules = Array.from({ length: 1_000 }, () => ({ path: "*", status: 503 }));
    const control = await emulator.control();
    control.setFaults(rules);
    expect(() => control.fault({ path: "*", status: 503 })).toThrow("1000 rules at most");
    expect(() => control.setFaults([...rules, { path: "*", status: 503 }])).toThrow("1000 rules at most");
  });

  it("has, with all others, bodies of eight mebibytes at most", async () => {
    const { emulator } = await startWorld();
    const control = await emulator.control();
    const rule = { path: "*", body: "x".repeat(maxRuleBodies / 2) };
    control.setFaults([rule, rule]);
    expect(() => control.fault({ path: "*", body: "x" })).toThrow("8 MiB together at most");
    expect(() => control.setFaults([rule, rule, rule])).toThrow("8 MiB together at most");
    expect(control.faults()).toHaveLength(2);
  });
});

describe("the pause of a live migration", () => {
  it("is not shortened by a second one that is shorter", async () => {
    const { clock, emulator, get } = await startWorld();
    emulator.faults.suspend(10_000);
    emulator.faults.suspend(500);
    await clock.advance(9_999);
    expect((await get(id)).status).toBe(503);
    await clock.advance(1);
    expect((await get(id)).status).toBe(200);
  });

  it("lasts no longer where the clock is set back", async () => {
    const { clock, emulator, get } = await startWorld();
    emulator.faults.suspend(10_000);
    await clock.advance(4_000);
    expect((await get(id)).status).toBe(503);
    clock.jump(-5 * 3_600_000);
    expect((await get(id)).status).toBe(503);
    await clock.advance(6_000);
    expect((await get(id)).status).toBe(200);
  });
});
