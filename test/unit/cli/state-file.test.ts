import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openState } from "../../../worker/entry/state-file.ts";
import type { Json } from "../../../worker/lib/json.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

let folder = "";
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keeps new keys without a change that could not be written just before", async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
  const path = join(folder, "state.json");
  const { onKeys, save } = await openState(path, createFakePlatform());
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  const change = save([{ path: ["instance", "x"], value: endless as unknown as Json }]);
  const keys = onKeys({ secret: "c2VjcmV0" });
  await expect(change).rejects.toThrow("Cannot keep the change");
  await keys;
  expect(await openState(path, createFakePlatform())).toMatchObject({ changes: [], keys: { secret: "c2VjcmV0" } });
});
