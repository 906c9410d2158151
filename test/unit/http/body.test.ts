/**
 * Bodies that are too large, and bodies that do not end.
 *
 * @module
 */
import { expect, it } from "vitest";
import { bodyMs, readBody, readRequestBody } from "../../../worker/http/body.ts";
import { errorReply } from "../../../worker/http/errors.ts";
import { styles } from "../../../worker/http/style.ts";
import { createFakeClock } from "../../fakes/clock.ts";

/** A body of these pieces, which ends or says no more. */
function bodyOf(pieces: readonly string[], ends: boolean): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (ends) controller.close();
    },
  });
}

it("gives the whole body, and leaves no timer behind", async () => {
  const clock = createFakeClock();
  const bytes = await readRequestBody(bodyOf(["ab", "c"], true), 3, clock);
  expect(new TextDecoder().decode(bytes)).toBe("abc");
  expect(clock.pending).toBe(0);
  expect(await readRequestBody(null, 3, clock)).toEqual(new Uint8Array(0));
});

it("refuses a body above the limit with 413, however it ends", async () => {
  await expect(readBody(bodyOf(["ab", "cd"], false), 3)).rejects.toMatchObject({ status: 413 });
});

it("gives up a request's body that is not complete in time, with 408", async () => {
  const clock = createFakeClock();
  const read = readRequestBody(bodyOf(["ab"], false), 3, clock).catch((error: unknown) => error);
  await clock.advance(bodyMs - 1);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  const reply = errorReply(await read, styles.vm);
  expect(reply?.status).toBe(408);
  expect(reply?.body).toContain("Request body not complete within 30 s");
});

it("calls it the client's doing when a request's body breaks off", async () => {
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("aborted")) });
  const clock = createFakeClock();
  const reply = errorReply(await readRequestBody(body, 3, clock).catch((error: unknown) => error), styles.vm);
  expect(reply?.status).toBe(400);
  expect(reply?.body).toContain("Request body broke off: aborted");
  expect(clock.pending).toBe(0);
});
