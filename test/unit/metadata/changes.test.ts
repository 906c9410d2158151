/**
 * Many changes of a document at once: the same as one after the other, without a copy for each.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../worker/lib/json.ts";
import { type Change, withChange, withChanges } from "../../../worker/metadata/document.ts";
import { Store } from "../../../worker/metadata/store.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { emulatorWith, get } from "./fixture.ts";

const name = fc.constantFrom("a", "b", "7", "__proto__", "constructor");
const value = fc.oneof(fc.constant(undefined), fc.constantFrom<Json>("x", "y", {}, { a: { b: "z" } }, { b: "w" }));
const change = fc.record<Change>({ path: fc.array(name, { minLength: 2, maxLength: 4 }), value });

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null)
    for (const member of Object.values(Object.freeze(value))) frozen(member);
  return value;
}

/** Those that the document can take, one after the other. */
function fitting(document: JsonObject, changes: readonly Change[]): Change[] {
  let now = document;
  return changes.filter((each) => {
    try {
      now = withChange(now, each);
      return true;
    } catch {
      return false;
    }
  });
}

describe("many changes", () => {
  it("make what they make one after the other, and leave document and values as they were", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (made) => {
        const document: JsonObject = frozen({ a: { a: { b: "held" } }, b: {} });
        const changes = frozen(fitting(document, made));
        const each = changes.reduce((now, next) => withChange(now, next), document);
        expect(JSON.stringify(withChanges(document, changes))).toBe(JSON.stringify(each));
      }),
    );
  });

  it("that were kept give the same document after a restart, whatever was overridden", async () => {
    const { clock } = createFakePlatform();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 6 }), async (batches) => {
        const options = { clock, document: { instance: {}, project: {} }, additions: {} as never };
        const store = new Store(options);
        const below = (each: Change): Change => ({ ...each, path: ["instance", ...each.path] });
        for (const batch of batches) await store.write(() => batch.map(below)).catch(() => undefined);
        const paths = store.changes.map(({ path }) => path.join("/"));
        expect(new Set(paths).size).toBe(paths.length);
        const again = new Store({ ...options, changes: store.changes });
        expect(again.snapshot.document).toEqual(store.snapshot.document);
      }),
    );
  });

  it("of one call are no matter of minutes: twenty thousand attributes, then twenty thousand others", async () => {
    const emulator = await emulatorWith({}, { controlToken: "secret" });
    for (const first of ["a", "b"]) {
      const body = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`${first}${n}`, "v"])));
      const request = new Request("http://localhost/emulator/v1/metadata/instance/attributes", {
        method: "PATCH",
        body,
        headers: { Host: "localhost", Authorization: "Bearer secret" },
      });
      expect((await emulator.fetch(request)).status).toBe(204);
    }
    expect(await (await get(emulator, "instance/attributes/b19999")).text()).toBe("v");
  });
});
