/**
 * Replaces a file in one step, so that a reader, or whoever starts after a crash, sees the old or the new text and never
 * half of one.
 *
 * @module
 */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";

/** Resolves when `text` is on the disk under `path`, mode 0600. `temporary` stands beside it meanwhile. */
export async function replaceFile(path: string, text: string, temporary = `${path}.${process.pid}.tmp`): Promise<void> {
  try {
    // One that is left over, or that somebody else has put there, is not written to: its mode is another, or it is a link.
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** The rename itself must outlive a power cut. Not every system lets a folder be opened; then there is no more to do. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  try {
    await folder?.sync().catch(() => undefined);
  } finally {
    await folder?.close();
  }
}
