import { expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { createView } from "../../../worker/service/view.ts";
import { createFakeClock } from "../../fakes/clock.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { authFor, settingsFor } from "./fixture.ts";

/** The view of the only rule of a service with two accounts. */
async function world(maxWaitMs?: number) {
  const { service } = await settingsFor({
    auth: authFor("a"),
    instances: {
      main: { accounts: { default: {}, ci: { email: "ci@x.example" }, other: { email: "other@x.example" } } },
    },
    clients: [{ match: { secret: "a" }, instance: "main", account: "ci" }],
  });
  const [rule] = service?.clients ?? [];
  const { main } = service?.instances ?? {};
  if (rule === undefined || main === undefined) throw new Error("The configuration of this test has no rule");
  const clock = createFakeClock();
  const platform = { ...createFakePlatform({ clock }), ...(maxWaitMs === undefined ? {} : { maxWaitMs }) };
  return { clock, view: createView(await createEmulatorCore(main, platform), rule, platform) };
}

it("knows the account of its rule, and no other by any name", async () => {
  const { view } = await world();
  expect(view.account("default")?.email).toBe("ci@x.example");
  expect(view.account("ci@x.example")?.email).toBe("ci@x.example");
  for (const name of ["other", "other@x.example", "ci", "", "__proto__"]) expect(view.account(name)).toBeUndefined();
});

it("lets no request wait longer than the platform allows", async () => {
  const { clock, view } = await world(1_000);
  void view.wait({ path: "", etag: view.snapshot().etag("") ?? "", timeoutMs: undefined });
  await clock.advance(999);
  expect(view.waiting).toBe(1);
  await clock.advance(1);
  expect(view.waiting).toBe(0);
});
