import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readFolder } from "../../../worker/entry/folder.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "folder-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it("reads as many files and folders as it may, and not one more", async () => {
  await mkdir(join(root, "a"));
  for (const name of ["a/one", "a/two", "three"]) await writeFile(join(root, name), name);
  expect(await readFolder(root, 4)).toEqual({ a: { one: "a/one", two: "a/two" }, three: "three" });
  await expect(readFolder(root, 3)).rejects.toThrow("--metadata-dir: There are more than 3 files and folders");
});

it("reads a value of 256 KiB, and refuses a larger one by its name", async () => {
  await writeFile(join(root, "value"), "x".repeat(256 * 1024));
  expect(await readFolder(root)).toEqual({ value: "x".repeat(256 * 1024) });
  await writeFile(join(root, "value"), "x".repeat(256 * 1024 + 1));
  await expect(readFolder(root)).rejects.toThrow(/--metadata-dir: ".*value" is larger than 262144 bytes/);
});

it("ends in folders that are links in each other", async () => {
  const names = [..."abcdef"];
  for (const name of names) await mkdir(join(root, name));
  for (const name of names)
    for (const other of names) if (other !== name) await symlink(join("..", other), join(root, name, other));
  await expect(readFolder(root, 500)).rejects.toThrow("There are more than 500 files and folders");
});
