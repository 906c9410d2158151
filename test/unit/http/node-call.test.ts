import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { callOf } from "../../../worker/entry/listen/node-call.ts";

const message = { url: "/a", method: "GET", httpVersion: "1.1", rawHeaders: ["Host", "localhost"] };

function world(closed: boolean) {
  const response = Object.assign(new EventEmitter(), { closed });
  const call = callOf(message as IncomingMessage, response as unknown as ServerResponse);
  return { call, response };
}

describe("the signal of a request", () => {
  it("fires when the client goes away", () => {
    const { call, response } = world(false);
    const signal = call?.signal;
    expect(signal?.aborted).toBe(false);
    response.emit("close");
    expect(signal?.aborted).toBe(true);
  });

  it("has fired when the client was gone before anybody asked for it", () => {
    expect(world(true).call?.signal?.aborted).toBe(true);
  });
});
