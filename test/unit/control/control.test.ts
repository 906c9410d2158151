import { describe, expect, it } from "vitest";
import type { Json } from "../../../worker/lib/json.ts";
import { ShapeError } from "../../../worker/metadata/tree.ts";
import { startWorld, token } from "./world.ts";

const config = {
  metadata: {
    instance: {
      attributes: { color: "red" },
      disks: [{ deviceName: "boot", index: 0, mode: "READ_WRITE", type: "PERSISTENT" }],
      tags: ["web"],
    },
  },
};

describe("Control", () => {
  it("reads a node as recursive JSON shows it, by either spelling", async () => {
    const { emulator } = await startWorld(config);
    expect((await emulator.control()).get("instance/attributes/color")).toBe("red");
    expect((await emulator.control()).get("instance/attributes/")).toEqual({ color: "red" });
    expect((await emulator.control()).get("/computeMetadata/v1/instance/virtualClock")).toEqual({ driftToken: "0" });
    expect((await emulator.control()).get("instance/nothing")).toBeUndefined();
    expect((await emulator.control()).get("instance/service-accounts/default/token")).toBeUndefined();
  });

  it("sets leaves and whole directories, and shows them at once", async () => {
    const { emulator, text } = await startWorld(config);
    await (await emulator.control()).set("instance/attributes/color", "blue");
    expect(await text("instance/attributes/color")).toBe("blue");
    await (await emulator.control()).set("project/attributes", { one: "1", two: "2" });
    expect(await text("project/attributes/")).toBe("one\ntwo\n");
    await (await emulator.control()).set("instance/tags", ["a", "b"]);
    expect(await text("instance/tags")).toBe('["a","b"]');
  });

  it("merges by RFC 7396 and leaves alone what a patch does not name", async () => {
    const { emulator, text } = await startWorld(config);
    await (await emulator.control()).patch("instance", {
      attributes: { color: null, size: "xl" },
      virtualClock: { driftToken: "7" },
    });
    expect(await text("instance/attributes/?recursive=true")).toBe('{"size":"xl"}');
    expect(await text("instance/virtual-clock/drift-token")).toBe("7");
    expect(await text("instance/disks/0/device-name")).toBe("boot");
  });

  it("takes a whole tree back after all of it was gone", async () => {
    const { emulator, text } = await startWorld(config);
    const tree = (await emulator.control()).get("") ?? {};
    await (await emulator.control()).set("", { instance: { attributes: { color: "blue" } } });
    expect(await text("instance/")).not.toContain("network-interfaces");
    await (await emulator.control()).set("", tree);
    expect((await emulator.control()).get("")).toEqual(tree);
    expect(await text("instance/network-interfaces/0/ip")).toBe("10.128.0.2");
    await (await emulator.control()).delete("instance/network-interfaces");
    await expect((await emulator.control()).set("instance/network-interfaces", {})).rejects.toThrow("takes a list");
  });

  it("deletes, and says whether there was anything", async () => {
    const { emulator, get } = await startWorld(config);
    expect(await (await emulator.control()).delete("instance/attributes/color")).toBe(true);
    expect(await (await emulator.control()).delete("instance/attributes/color")).toBe(false);
    expect((await get("instance/attributes/color")).status).toBe(404);
    expect(await (await emulator.control()).delete("instance/disks/0")).toBe(true);
    expect((await get("instance/disks/0/")).status).toBe(404);
  });

  it.each<[string, string, Json]>([
    ["an attribute that is no string", "instance/attributes/color", 5],
    ["an attribute that is an object", "instance/attributes/new", { a: "b" }],
    ["null", "instance/attributes/color", null],
    ["a leaf in place of a directory", "instance/attributes", "x"],
    ["a leaf in place of the root", "", "x"],
    ["a directory in place of a leaf", "instance/hostname", { a: "b" }],
    ["something below a leaf", "instance/hostname/below", "x"],
    ["an id that is no number", "instance/id", "abc"],
    ["an object in place of a list", "instance/disks", { a: "b" }],
    ["tags that are a text", "instance/tags", "web"],
    ["tags that are an object", "instance/tags", { a: "b" }],
    ["a computed leaf", "instance/service-accounts/default/token", "x"],
    ["a name that no path can hold", "instance/attributes/..", "x"],
    ["a key that no path can hold", "instance/attributes", { "a/b": "x" }],
    ["a list index beyond the end", "instance/disks/5/mode", "x"],
    ["a value nested too deep", "instance/new", JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`)],
  ])("refuses %s and changes nothing", async (_, path, value) => {
    const { emulator } = await startWorld(config);
    const before = (await emulator.control()).get("");
    await expect((await emulator.control()).set(path, value)).rejects.toThrow(ShapeError);
    expect((await emulator.control()).get("")).toEqual(before);
  });

  it("refuses a patch of which one part does not fit, as a whole", async () => {
    const { emulator } = await startWorld(config);
    const before = (await emulator.control()).get("");
    const patch = { instance: { attributes: { good: "1", bad: 2 } } };
    await expect((await emulator.control()).patch("", patch)).rejects.toThrow(
      '"instance/attributes/bad": the value must be a string',
    );
    expect((await emulator.control()).get("")).toEqual(before);
  });

  it("keeps every digit of an id", async () => {
    const { emulator, text } = await startWorld(config);
    await (await emulator.control()).set("instance/id", 9007199254740993n);
    expect(await text("instance/id")).toBe("9007199254740993");
  });

  it("refuses to remove the root", async () => {
    const { emulator } = await startWorld(config);
    await expect((await emulator.control()).delete("/")).rejects.toThrow(ShapeError);
  });

  it("wakes who waits for the node or anything above it, and nobody else", async () => {
    const { emulator, get } = await startWorld(config);
    const leaf = get("instance/attributes/color?wait_for_change=true");
    const above = get("instance/?recursive=true&wait_for_change=true");
    const elsewhere = get("project/?recursive=true&wait_for_change=true");
    await expect.poll(() => emulator.store.waiters.count).toBe(3);
    await (await emulator.control()).set("instance/attributes/color", "blue");
    expect(await (await leaf).text()).toBe("blue");
    expect((await (await above).json()).attributes).toEqual({ color: "blue" });
    expect(emulator.store.waiters.paths()).toEqual([["project", 1]]);
    emulator.close();
    expect((await elsewhere).status).toBe(503);
  });

  it("goes on where an emulator of the same memory left off, and begins no scenario anew", async () => {
    const scenario = [{ at: "1s", set: { "instance/attributes/color": "green" } }];
    const first = await startWorld({ ...config, scenario });
    (await first.emulator.control()).setFaults([{ path: "**/id", status: 503 }]);
    expect((await first.get("instance/id")).status).toBe(503);
    const second = await startWorld({ ...config, scenario }, { former: first.emulator });
    expect((await second.get("instance/id")).status).toBe(503);
    expect((await second.emulator.control()).requests().map(({ id }) => id)).toEqual([1, 2]);
    await second.clock.advance(2_000);
    expect(await second.text("instance/attributes/color")).toBe("red");
  });

  it("forgets tokens, so that the next request mints anew", async () => {
    const { emulator, text } = await startWorld(config);
    const first = await text("instance/service-accounts/default/token");
    expect(await text("instance/service-accounts/default/token")).toBe(first);
    (await emulator.control()).rotate();
    expect(await text("instance/service-accounts/default/token")).not.toBe(first);
    const control = await emulator.control();
    expect(() => control.rotate("nobody@example.com")).toThrow("no such service account");
  });
});

describe("A control call whose change cannot be kept", () => {
  it("is refused as JSON, and nothing has changed", async () => {
    const save = () => Promise.reject(new Error("No space left"));
    const { emulator, platform, text } = await startWorld(config, { save });
    const answer = await emulator.fetch(
      new Request("http://localhost/emulator/v1/metadata/instance/attributes/color", {
        method: "PUT",
        headers: { host: "localhost", authorization: `Bearer ${token}` },
        body: '"blue"',
      }),
    );
    expect([answer.status, answer.headers.get("content-type")]).toEqual([500, "application/json"]);
    expect(await answer.json()).toEqual({ error: "The server could not answer this request. Its log says more." });
    expect(platform.lines).toMatchObject([{ level: "error", message: expect.stringContaining("No space left") }]);
    expect(await text("instance/attributes/color")).toBe("red");
  });
});
