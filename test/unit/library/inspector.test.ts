import { expect, it } from "vitest";
import { createEmulator } from "../../../worker/entry/library/index.ts";

it("serves the inspector of an emulator with a control token", async () => {
  await using emulator = createEmulator({ controlToken: "token-of-this-test" });
  const page = await emulator.fetch("http://metadata.google.internal/emulator/");
  expect(await page.text()).toContain('<script src="app.js">');
  await using closed = createEmulator();
  expect((await closed.fetch("http://metadata.google.internal/emulator/")).status).toBe(404);
});
