import { expect, it } from "vitest";
import { createSteadyTime } from "../../../worker/lib/steady.ts";
import { createFakeClock } from "../../fakes/clock.ts";

it("steady time goes with the clock, over a machine's sleep too, and never back", async () => {
  const clock = createFakeClock(1_000_000);
  const now = createSteadyTime(clock);
  expect(now()).toBe(1_000_000);
  await clock.advance(5_000);
  expect(now()).toBe(1_005_000);
  clock.jump(7_200_000);
  expect(now()).toBe(8_205_000);
  clock.jump(-9_000_000);
  expect(now()).toBe(8_205_000);
  await clock.advance(1);
  expect(now()).toBe(8_205_001);
});
