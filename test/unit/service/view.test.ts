import { expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { createView } from "../../../worker/service/view.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { authFor, settingsFor } from "./fixture.ts";

it("lets no request wait longer than the platform allows", async () => {
  const { service } = await settingsFor({
    auth: authFor("a"),
    instances: { main: {} },
    clients: [{ match: { secret: "a" }, instance: "main" }],
  });
  const [rule] = service?.clients ?? [];
  const { main } = service?.instances ?? {};
  if (rule === undefined || main === undefined) throw new Error("The configuration of this test has no rule");
  const clock = createFakeClock();
  const platform = { ...createFakePlatform({ clock }), maxWaitMs: 1_000 };
  const view = createView(await createEmulatorCore(main, platform), rule, platform);
  void view.wait({ path: "", etag: view.snapshot().etag("") ?? "", timeoutMs: undefined });
  await clock.advance(999);
  expect(view.waiting).toBe(1);
  await clock.advance(1);
  expect(view.waiting).toBe(0);
});
