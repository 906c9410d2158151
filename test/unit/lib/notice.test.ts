import { expect, it } from "vitest";
import { noticed } from "../../../worker/lib/notice.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

it("says once, after a second, what is waited for, and passes the result on", async () => {
  const clock = createFakeClock();
  const platform = createFakePlatform({ clock });
  let finish = (_: string): void => undefined;
  const work = noticed(
    platform,
    "Waiting for it",
    { step: "STS" },
    new Promise<string>((resolve) => (finish = resolve)),
  );
  await clock.advance(999);
  expect(platform.lines).toEqual([]);
  await clock.advance(10_000);
  expect(platform.lines).toEqual([{ level: "info", message: "Waiting for it", fields: { step: "STS" } }]);
  finish("done");
  expect(await work).toBe("done");
  expect(clock.pending).toBe(0);
});

it("says nothing of what is done within a second, or fails", async () => {
  const clock = createFakeClock();
  const platform = createFakePlatform({ clock });
  await noticed(platform, "Waiting", {}, Promise.resolve());
  await expect(noticed(platform, "Waiting", {}, Promise.reject(new Error("no")))).rejects.toThrow("no");
  await clock.advance(10_000);
  expect(platform.lines).toEqual([]);
});
