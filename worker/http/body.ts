/**
 * Bodies as bytes, never more and never later than whoever reads them wants.
 *
 * @module
 */
import { systemClock } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Clock } from "../platform.ts";

/** Time for the body of a request, as Node gives to a whole request. Milliseconds. */
export const bodyMs = 30_000;

/** A request whose body is not taken, and the status that says so. */
export class BodyRefused extends Error {
  override readonly name: string = "BodyRefused";
  readonly status: 400 | 408 | 413;

  constructor(status: 400 | 408 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** A body above the limit of its reader. */
export class BodyTooLarge extends BodyRefused {
  override readonly name = "BodyTooLarge";

  constructor(limit: number) {
    super(413, `Request body above ${limit} bytes`);
  }
}

/** Reads a body up to `limit` bytes. Rejects with a `BodyTooLarge` above it. */
export async function readBody(body: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null) {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) throw new BodyTooLarge(limit);
      chunks.push(chunk);
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Reads the body of a request. Rejects with a `BodyRefused` also when it takes longer than `bodyMs`, or breaks off. */
export async function readRequestBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  clock: Clock = systemClock,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const slow = new BodyRefused(408, `Request body not complete within ${bodyMs / 1000} s`);
    cancel = clock.timer(bodyMs, () => reject(slow));
  });
  // A client that goes away is no mistake of this server.
  const whole = readBody(body, limit).catch((error) => {
    throw error instanceof BodyRefused ? error : new BodyRefused(400, `Request body broke off: ${messageOf(error)}`);
  });
  return Promise.race([whole, late]).finally(() => cancel());
}
