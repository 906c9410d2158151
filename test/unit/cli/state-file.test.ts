import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { replaceFile } from "../../../worker/entry/replace-file.ts";
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

it("has the last of everything that was written at the same time", async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
  const path = join(folder, "state.json");
  const { onKeys, save } = await openState(path, createFakePlatform());
  const change = (value: string) => ({ path: ["instance", "x"], value });
  const writes = Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0 ? save([change(`v${i}`)]) : onKeys({ secret: `k${i}` }),
  );
  await Promise.all(writes);
  const kept = { changes: [change("v38")], keys: { secret: "k39" } };
  expect(await openState(path, createFakePlatform())).toMatchObject(kept);
});

it("leaves nothing beside a file that could not be replaced", async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
  const path = join(folder, "state.json");
  await mkdir(path);
  await expect(replaceFile(path, "secret")).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["state.json"]);
});
