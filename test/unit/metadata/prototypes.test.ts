/**
 * `__proto__` as a key of metadata, from each side that metadata comes from: it is served like any other, and what stands
 * below it is checked like any other (SECURITY.md).
 */
import { describe, expect, it } from "vitest";
import { startWorld, token, type World } from "../control/world.ts";

/** As JSON text has it: in a literal it would set the prototype. */
const withProto = (value: unknown): object => JSON.parse(`{"__proto__":${JSON.stringify(value)},"other":"o"}`);

const path = "instance/attributes/__proto__";
const whole = "instance/attributes/?recursive=true";

function change({ emulator }: World, method: string, at: string, body: unknown): Promise<Response> {
  const headers = { host: "localhost", authorization: `Bearer ${token}` };
  const url = `http://localhost/emulator/v1/metadata/${at}`;
  return emulator.fetch(new Request(url, { method, headers, body: JSON.stringify(body) }));
}

describe("An attribute called __proto__", () => {
  it("is served from a configuration file", async () => {
    const { text } = await startWorld({ metadata: { instance: { attributes: withProto("p") } } });
    expect(await text(path)).toBe("p");
    expect(await text("instance/attributes/")).toBe("__proto__\nother\n");
    expect(await text(whole)).toBe('{"__proto__":"p","other":"o"}');
  });

  it.each([
    ["PUT", path, "p"],
    ["PUT", "instance/attributes", withProto("p")],
    ["PATCH", "instance/attributes", withProto("p")],
    ["PATCH", "instance", { attributes: withProto("p") }],
  ])("is written by a control call like any other: %s %s", async (method, at, body) => {
    const world = await startWorld({ metadata: { instance: { attributes: { other: "o" } } } });
    expect((await change(world, method, at, body)).status).toBe(204);
    expect(await world.text(path)).toBe("p");
    expect(await world.text(whole)).toBe('{"__proto__":"p","other":"o"}');
  });

  it.each(["PUT", "PATCH"])("is no way past the checks of values: %s", async (method) => {
    const world = await startWorld({ metadata: { instance: { attributes: { other: "o" } } } });
    const answer = await change(world, method, "instance/attributes", withProto({ polluted: "yes" }));
    expect(answer.status).toBe(400);
    expect(await world.text(whole)).toBe('{"other":"o"}');
    expect((await world.get("instance/attributes/polluted")).status).toBe(404);
  });
});

describe.each(["constructor", "toString", "__proto__"])("What nobody has written: %s", (name) => {
  it("is not there to be read or removed", async () => {
    const world = await startWorld({ metadata: { instance: { attributes: { other: "o" } } } });
    const at = `instance/attributes/${name}`;
    expect((await world.get(at)).status).toBe(404);
    const control = await world.emulator.control();
    expect(control.get(at)).toBeUndefined();
    expect(await control.delete(at)).toBe(false);
  });
});
