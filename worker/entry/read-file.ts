/**
 * Reads text files. A pipe is asked again and again instead of waited for in the system: Node has four threads for
 * files, and one that waits for a writer that never comes is missing everywhere, and keeps the process from ending.
 *
 * @module
 */
import { constants } from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

const pauseMs = 20;
/** A pipe that nobody writes to is given up after this time. */
const loneMs = 10_000;
/** One whose writer says nothing; it may be asking its user something. */
const silentMs = 120_000;

/** Reads UTF-8 text from a file or a pipe. */
export async function readText(path: string): Promise<string> {
  if (!(await stat(path)).isFIFO()) return readFile(path, "utf8");
  const pipe = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await readPipe(pipe);
  } finally {
    await pipe.close();
  }
}

async function readPipe(pipe: FileHandle): Promise<string> {
  const chunks: Buffer[] = [];
  const began = performance.now();
  for (;;) {
    const chunk = await available(pipe);
    if (chunk !== undefined && chunk.length > 0) {
      chunks.push(chunk);
      continue;
    }
    // Before the first writer has come a pipe looks as if the last one had gone.
    const isAlone = chunk !== undefined;
    if (isAlone && chunks.length > 0) return Buffer.concat(chunks).toString("utf8");
    const limitMs = isAlone ? loneMs : silentMs;
    if (performance.now() - began > limitMs)
      throw new Error(`nothing came out of this pipe within ${limitMs / 1000} s`);
    await setTimeout(pauseMs);
  }
}

/** Returns what can be read at once, nothing at the end; `undefined`: there is a writer, and it has written nothing. */
async function available(pipe: FileHandle): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await pipe.read(Buffer.alloc(64 * 1024));
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}
