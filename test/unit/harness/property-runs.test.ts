/**
 * That properties are tried on a thousand cases without asking for it.
 *
 * @module
 */
import fc from "fast-check";
import { expect, it } from "vitest";

it("tries a property on a thousand cases", () => {
  let cases = 0;
  fc.assert(
    fc.property(fc.nat(), () => {
      cases += 1;
    }),
  );
  expect(cases).toBe(1_000);
});
