/**
 * Properties of arbitrary trees (issue "The wire contract"): what is listed answers, and the three renderings of a tree
 * (listings walked, recursive JSON, recursive text) say the same.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Json, type JsonObject, parseJson, stringifyJson } from "../../../worker/lib/json.ts";
import { normalize } from "../../../worker/metadata/document.ts";
import { isName, toCamel, toSegment } from "../../../worker/metadata/names.ts";
import { renderLeaf, renderListing, renderRecursive } from "../../../worker/metadata/render.ts";
import { Snapshot } from "../../../worker/metadata/snapshot.ts";
import type { Directory } from "../../../worker/metadata/tree.ts";
import { emulatorWith, get } from "./fixture.ts";

/** JSON keys of both kinds: camel-case words, and anything that can be a name. */
const camelKey = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(?:[A-Z][a-z0-9]{1,4}){0,2}$/);
const anyName = fc.oneof(
  camelKey,
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((name) => isName(name) && !/[\s]/.test(name)),
);
const scalar = fc.oneof(
  fc.string({ maxLength: 12 }).filter((text) => !/[\r\n]/.test(text)),
  fc.integer(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }),
);

const { value: anyValue } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(scalar, { minLength: 1, maxLength: 3 }),
    tie("object"),
    fc.array(tie("object"), { minLength: 1, maxLength: 2 }),
  ),
  object: fc.dictionary(camelKey, tie("value"), { maxKeys: 4 }),
}));

const attributes = fc.dictionary(
  anyName,
  fc.string({ maxLength: 12 }).filter((text) => !/[\r\n]/.test(text)),
  { maxKeys: 4 },
);
const document: fc.Arbitrary<JsonObject> = fc
  .record({
    instance: fc.dictionary(camelKey, anyValue, { maxKeys: 5 }),
    attributes,
    extra: fc.dictionary(camelKey, anyValue, { maxKeys: 3 }),
  })
  .map(
    ({ instance, attributes, extra }) =>
      ({ ...extra, instance: { ...instance, attributes }, project: { attributes } }) as JsonObject,
  )
  .map((json) => normalize(json) as JsonObject);

const snapshotOf = (json: JsonObject) => new Snapshot(json, {}, 1);

/** Rebuilds JSON by asking for every listing and every leaf. */
function walk(snapshot: Snapshot, path: string, directory: Directory): Json {
  const names = renderListing(directory)
    .body.split("\n")
    .filter((name) => name !== "");
  const members = names.map((listed): [string, Json] => {
    const name = listed.replace(/\/$/, "");
    const found = snapshot.find(path === "" ? toSegment(name) : `${path}/${toSegment(name)}`);
    if (found === undefined) throw new Error(`listed but not found: ${path}/${name}`);
    const isDirectory = found.node.kind === "directory";
    expect(listed.endsWith("/")).toBe(isDirectory);
    const below = path === "" ? toSegment(name) : `${path}/${toSegment(name)}`;
    const value = found.node.kind === "directory" ? walk(snapshot, below, found.node) : leafJson(found.node);
    return [directory.verbatim ? name : toCamel(name), value];
  });
  return directory.list ? members.map(([, value]) => value) : Object.fromEntries(members);
}

function leafJson(node: { kind: string }): Json {
  return parseJson(renderLeaf(node as never, "json").body);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

describe("arbitrary trees", () => {
  it("recursive JSON is what walking every listing gives", () => {
    fc.assert(
      fc.property(document, (json) => {
        const snapshot = snapshotOf(json);
        const recursive = parseJson(renderRecursive(snapshot.root).body);
        expect(stringifyJson(recursive)).toBe(stringifyJson(sorted(walk(snapshot, "", snapshot.root))));
      }),
    );
  });

  it("recursive text has a line for every leaf, with its path and value", () => {
    fc.assert(
      fc.property(document, (json) => {
        const snapshot = snapshotOf(json);
        const lines = renderRecursive(snapshot.root, "text").body.split("\n").slice(0, -1);
        for (const line of lines) {
          const space = line.indexOf(" ");
          const found = snapshot.find(line.slice(0, space).split("/").map(toSegment).join("/"));
          if (found?.node.kind !== "leaf") throw new Error(`no leaf for line ${JSON.stringify(line)}`);
          const { value } = found.node;
          const texts = Array.isArray(value) ? (value as readonly Json[]).map(String) : [String(value)];
          expect(texts).toContain(line.slice(space + 1));
        }
        expect(lines.length).toBe(countLeaves(snapshot.root));
      }),
    );
  });

  it("an ETag is 16 hex digits, stable, and changes with anything below", () => {
    fc.assert(
      fc.property(document, fc.string({ minLength: 1, maxLength: 5 }), (json, added) => {
        const before = snapshotOf(json);
        const again = snapshotOf(json);
        const instance = json.instance as JsonObject;
        const after = snapshotOf({ ...json, instance: { ...instance, "etag-probe": added } });
        expect(before.etag("instance")).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
        expect(again.etag("instance")).toBe(before.etag("instance"));
        expect(after.etag("instance")).not.toBe(before.etag("instance"));
        expect(after.etag("")).not.toBe(before.etag(""));
        expect(after.etag("project")).toBe(before.etag("project"));
      }),
    );
  });

  it("an unknown path is 404 whatever it is called", async () => {
    const emulator = await emulatorWith({});
    const segment = fc.oneof(
      fc.constantFrom("__proto__", "constructor", "toString", "%2e%2e%2f", "%40", "a%00", ";", "%"),
      // Dot segments lead back up to paths that are known.
      fc.webSegment({ size: "small" }).filter((text) => !/^(?:\.|%2e){1,2}$/i.test(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), async (segments) => {
        const { status } = await get(emulator, `instance/nowhere-${segments.join("/")}`);
        expect(status).toBe(404);
      }),
    );
  });
});

function countLeaves(directory: Directory): number {
  let count = 0;
  for (const [name, node] of directory.entries) {
    if (directory.hidden.has(name)) continue;
    if (node.kind === "directory") count += countLeaves(node);
    else if (node.kind === "leaf") count += Array.isArray(node.value) ? node.value.length : 1;
  }
  return count;
}
