import { describe, expect, it } from "vitest";
import { maxToCome } from "../../../worker/control/events.ts";
import type { LiveEvent } from "../../../worker/events/schema.ts";
import { startWorld, type World } from "./world.ts";

/** Follows a leaf as an agent does: each answer's ETag is the next request's `last_etag`. */
async function follow(world: World, path: string, values: string[]): Promise<void> {
  let etag = "0";
  for (;;) {
    const answer = await world.get(`${path}?wait_for_change=true&last_etag=${etag}`);
    if (answer.status === 503) return;
    values.push(await answer.text());
    etag = answer.headers.get("etag") ?? "";
  }
}

const maintenance = "instance/maintenance-event";
const drift = "instance/virtual-clock/drift-token";

describe("A preemption", () => {
  it("shows preempted TRUE and what the shutdown is about, and wakes who waits", async () => {
    const world = await startWorld();
    const waiting = world.get("instance/preempted?wait_for_change=true");
    await (await world.emulator.control()).event({ type: "preemption" });
    expect(await (await waiting).text()).toBe("TRUE");
    expect(await (await world.get("instance/shutdown-details/?recursive=true")).json()).toEqual({
      maxDuration: "30",
      requestTimestamp: String(world.clock.now() / 1000),
      stopState: "PENDING_STOP",
      targetState: "STOPPED",
    });
  });

  it("comes when its delay is over, in whatever words the delay is given", async () => {
    for (const delay of ["1m30s", "90s", 90, "90000ms", "1.5m"]) {
      const world = await startWorld();
      await (await world.emulator.control()).event({ type: "preemption", delay });
      await world.clock.advance(89_999);
      expect(await world.text("instance/preempted")).toBe("FALSE");
      await world.clock.advance(1);
      expect(await world.text("instance/preempted")).toBe("TRUE");
    }
  });
});

describe("Events to come", () => {
  it("are a thousand at most; when one has happened there is room again", async () => {
    const world = await startWorld();
    const control = await world.emulator.control();
    for (let n = 0; n < maxToCome; n++) await control.event({ type: "token-rotation", delay: n === 0 ? "1s" : "2h" });
    const late: LiveEvent = { type: "preemption", delay: "1h" };
    await expect(control.event(late)).rejects.toThrow("event: There can be 1,000 events to come at most");
    await world.clock.advance(1_000);
    await control.event(late);
  });
});

describe("A host maintenance", () => {
  it.each([
    [{ type: "host-maintenance" }, "MIGRATE", "MIGRATE_ON_HOST_MAINTENANCE"],
    [{ type: "host-maintenance" }, "TERMINATE", "TERMINATE_ON_HOST_MAINTENANCE"],
    [{ type: "host-maintenance", maintenance: "terminate" }, "MIGRATE", "TERMINATE_ON_HOST_MAINTENANCE"],
  ] satisfies [LiveEvent, string, string][])(
    "%j is announced 60 s ahead and over then, with on-host-maintenance %s",
    async (event, onHostMaintenance, notice) => {
      const world = await startWorld({ metadata: { instance: { scheduling: { onHostMaintenance } } } });
      const seen: string[] = [];
      const done = follow(world, maintenance, seen);
      await (await world.emulator.control()).event(event);
      await world.clock.advance(59_999);
      expect(seen).toEqual(["NONE", notice]);
      expect(await world.text(drift)).toBe("0");
      await world.clock.advance(1);
      await world.clock.advance(0);
      expect(seen).toEqual(["NONE", notice, "NONE"]);
      expect((await world.text(drift)) === "0").toBe(notice.startsWith("TERMINATE"));
      world.emulator.close();
      await done;
    },
  );
});

describe("A live migration", () => {
  it("answers 503 for a moment, the control API not, and leaves another drift token", async () => {
    const world = await startWorld();
    await (await world.emulator.control()).event({ type: "live-migration", unavailable: "700ms" });
    const answer = await world.get(drift);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("metadata-flavor")).toBe("Google");
    await world.clock.advance(699);
    expect((await world.get("instance/id")).status).toBe(503);
    expect((await world.emulator.control()).get("instance/virtual-clock/drift-token")).not.toBe("0");
    await world.clock.advance(1);
    expect(await world.text(drift)).not.toBe("0");
    const first = await world.text(drift);
    await (await world.emulator.control()).event({ type: "live-migration" });
    await world.clock.advance(500);
    expect(await world.text(drift)).not.toBe(first);
    expect(
      (await world.emulator.control())
        .requests()
        .map(({ fault }) => fault)
        .slice(0, 2),
    ).toEqual(["live migration", "live migration"]);
  });
});

describe("An upcoming maintenance", () => {
  it("is 503 before the first notification, then the document, and 503 again when it is cancelled", async () => {
    const world = await startWorld();
    const path = "instance/upcoming-maintenance?alt=json";
    expect((await world.get(path)).status).toBe(503);
    expect(await world.text(path)).toContain("no notifications have been received yet, try again later");
    await (await world.emulator.control()).event({
      type: "upcoming-maintenance",
      windowStartTime: "2026-12-01T10:00:00Z",
    });
    const answer = await world.get(path);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toMatchObject({
      type: "SCHEDULED",
      maintenanceStatus: "PENDING",
      maintenance_status: "PENDING",
      windowStartTime: "2026-12-01T10:00:00Z",
      window_start_time: "2026-12-01T10:00:00Z",
      windowEndTime: "2026-12-01T13:00:00Z",
      canReschedule: false,
    });
    await (await world.emulator.control()).event({ type: "upcoming-maintenance", cancel: true });
    expect((await world.get(path)).status).toBe(503);
  });
});

describe("A token rotation", () => {
  it("makes the next request mint anew, of one account or of all", async () => {
    const other = { email: "other@example.com", source: { type: "local" } };
    const world = await startWorld({
      accounts: { default: { source: { type: "local" } }, "other@example.com": other },
    });
    const tokens = async () => [
      await world.text("instance/service-accounts/default/token"),
      await world.text("instance/service-accounts/other@example.com/token"),
    ];
    const first = await tokens();
    expect(await tokens()).toEqual(first);
    await (await world.emulator.control()).event({ type: "token-rotation", account: "other@example.com" });
    const second = await tokens();
    expect(second[0]).toBe(first[0]);
    expect(second[1]).not.toBe(first[1]);
    await (await world.emulator.control()).event({ type: "token-rotation" });
    expect((await tokens())[0]).not.toBe(first[0]);
  });
});

describe("An event", () => {
  it.each([
    [{ type: "premption" }, 'event.type: Unknown type, did you mean "preemption"?; there are'],
    [{}, "event.type: Unknown type; there are preemption, host-maintenance"],
    ["preemption", "event: Must be an object"],
    [{ type: "preemption", dely: "1s" }, 'event.dely: Unknown key, did you mean "delay"?'],
    [{ type: "preemption", delay: "soon" }, "event.delay: Must be a length of time"],
    [{ type: "preemption", delay: -1 }, "event.delay: Must be a length of time"],
    [{ type: "host-maintenance", maintenance: "pause" }, "event.maintenance: Must be one of migrate, terminate"],
    [{ type: "upcoming-maintenance", windowStartTime: "soon" }, "event.windowStartTime: Must be a time"],
    [{ type: "token-rotation", account: "nobody@example.com" }, "event.account: There is no such service account"],
  ])("that cannot be meant is refused with the field's name: %j", async (event, reason) => {
    const { emulator } = await startWorld();
    await expect((await emulator.control()).event(event)).rejects.toThrow(reason);
  });

  it("that is still to come ends with the emulator", async () => {
    const { clock, emulator } = await startWorld();
    await (await emulator.control()).event({ type: "preemption", delay: "1h" });
    expect(clock.pending).toBe(1);
    emulator.close();
    expect(clock.pending).toBe(0);
  });
});
