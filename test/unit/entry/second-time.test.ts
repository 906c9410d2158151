/**
 * What is kept of answers that come again.
 *
 * @module
 */
import { expect, it, vi } from "vitest";
import { respond } from "../../../worker/entry/listen/responses.ts";
import { fromSecondTime } from "../../../worker/entry/second-time.ts";
import { reply } from "../../../worker/http/reply.ts";

it("makes nothing for an object that comes once, and one thing for one that comes again and again", () => {
  const make = vi.fn((key: { name: string }) => ({ of: key.name }));
  const kept = fromSecondTime(make);
  const [once, often] = [{ name: "once" }, { name: "often" }];
  expect(kept(once)).toBeUndefined();
  expect(kept(often)).toBeUndefined();
  expect(make).not.toHaveBeenCalled();
  const made = kept(often);
  expect(made).toEqual({ of: "often" });
  expect(kept(often)).toBe(made);
  expect(make).toHaveBeenCalledOnce();
});

it("gives the same response each time, with extra headers where there are any, and none of the body to HEAD", async () => {
  const answer = reply("a server", 200, "application/text", "value", { etag: "0123456789abcdef" });
  for (let time = 0; time < 4; time++) {
    const response = respond(answer, "GET");
    expect(response.headers.get("etag")).toBe("0123456789abcdef");
    expect(await response.text()).toBe("value");
  }
  expect(await respond(answer, "HEAD").text()).toBe("");
  expect(respond(answer, "GET", { Extra: "1" }).headers.get("extra")).toBe("1");
  expect(respond(answer, "GET").headers.get("extra")).toBeNull();
});
