/** What the adapter of the runtime that runs this test answers when the core fails (SECURITY.md, capability mode). */
import { afterEach, describe, expect, it } from "vitest";
import { runtimeHere } from "../../../worker/entry/listen/here.ts";
import type { Listening } from "../../../worker/entry/listen/types.ts";
import { rawRequest } from "../../harness/raw.ts";

let listening: Listening | undefined;
afterEach(async () => listening?.stop());

/** The address of a server whose core breaks, at once or later. */
async function broken(how: "at once" | "later", isHidden: boolean): Promise<number> {
  const handle = () => {
    if (how === "at once") throw new Error("The core broke");
    return Promise.reject(new Error("The core broke"));
  };
  const served = { handle, isHidden, fetch: () => Promise.reject(new Error("unused")), close: () => undefined };
  listening = await (await runtimeHere()).listen(served, { host: "127.0.0.1", port: 0 });
  return listening.port ?? 0;
}

const request = {
  target: "/",
  headers: [
    ["Host", "metadata"],
    ["Connection", "close"],
  ],
} as const;

describe.each(["at once", "later"] as const)("a core that fails %s", (how) => {
  it("is a 500 of the metadata server", async () => {
    const answer = await rawRequest(await broken(how, false), request);
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toBe("Internal Server Error\n");
    expect(answer.headers).toContainEqual(["Metadata-Flavor", "Google"]);
  });

  it("is nothing at all in capability mode", async () => {
    const answer = await rawRequest(await broken(how, true), request);
    expect([answer.status, answer.body.length]).toEqual([404, 0]);
    const names = answer.headers.map(([name]) => name.toLowerCase());
    expect(names.filter((name) => !["connection", "content-length", "date"].includes(name))).toEqual([]);
  });
});
