import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type State, StateError, stateFromText, stateToText } from "../../../worker/instance/state.ts";
import { fittingChanges } from "../../../worker/metadata/fitting.ts";

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 3 }),
  ),
})).value;

const states = fc.record({
  changes: fc.array(
    fc.record({ path: fc.array(fc.string({ unit: "grapheme" })), value: fc.option(json, { nil: undefined }) }),
  ),
  keys: fc.option(fc.record({ secret: fc.string(), rsa: fc.constant({ kid: "k", kty: "RSA" }) }), { nil: undefined }),
}) as fc.Arbitrary<State>;

describe("A state as text", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(stateFromText(stateToText(state))).toEqual(state);
      }),
    );
  });

  it("is refused when any part of its end is missing", () => {
    fc.assert(
      fc.property(states, fc.nat(), (state, cut) => {
        const text = stateToText(state);
        // The last byte is the line end, which carries nothing.
        const torn = text.slice(0, cut % (text.length - 1));
        expect(() => stateFromText(torn)).toThrow(StateError);
      }),
    );
  });

  it.each([
    ["another format", '{"format":"something else","changes":[]}'],
    ["a later version", '{"format":"gce-metadata-emulator state 2","changes":[]}'],
    ["a list", "[]"],
    ["an unknown member", '{"format":"gce-metadata-emulator state 1","changes":[],"more":1}'],
    ["a change that is none", '{"format":"gce-metadata-emulator state 1","changes":[{"path":"a"}]}'],
  ])("is refused when it is %s", (_, text) => {
    expect(() => stateFromText(text)).toThrow(StateError);
  });
});

describe("Changes of an earlier run", () => {
  const document = { instance: { leaf: "x", box: { inner: "1" } } };
  const fits = { path: ["instance", "box", "more"], value: "2" };
  const below = { path: ["instance", "leaf", "below"], value: "3" };
  const object = { path: ["instance", "attributes"], value: { a: { b: "c" } } };

  it("are kept whole when all of them fit", () => {
    const changes = [fits, { path: ["instance", "leaf"], value: undefined }];
    expect(fittingChanges(document, changes, (_, message) => expect.fail(message))).toEqual(changes);
  });

  it("are left out one by one where the configuration has no place for them", () => {
    const refused: string[] = [];
    expect(fittingChanges(document, [below, fits, object], (_, message) => refused.push(message))).toEqual([fits]);
    expect(refused).toEqual([
      expect.stringContaining('"instance/leaf": is a leaf, nothing can stand below it'),
      expect.stringContaining('"instance/attributes/a": the value must be a string'),
    ]);
  });
});
