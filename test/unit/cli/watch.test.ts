import { mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { addWay, type Places } from "../../../worker/entry/watch.ts";

vi.mock("node:fs/promises", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:fs/promises")>()),
  readlink: () => Promise.reject(Object.assign(new Error("no such file"), { code: "ENOENT" })),
}));

let folder = "";
afterEach(() => rm(folder, { recursive: true, force: true }));

it("lives through a link that is gone before it was read", async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "watch-")));
  await symlink("target.json", join(folder, "config.json"));
  const places: Places = new Map();
  await addWay(join(folder, "config.json"), places);
  expect(places.get(folder)).toEqual(new Set(["config.json"]));
});
