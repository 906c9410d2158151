/** Every defence that is taken out is still where test/mutations/defences.ts says, so that a change cannot lose it unseen. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { mutations } from "../../mutations/defences.ts";

const root = resolve(import.meta.dirname, "../../..");

it.each(mutations.map((mutation) => [mutation.defence, mutation] as const))("%s", (_, { file, from, test, to }) => {
  const text = readFileSync(resolve(root, file), "utf8");
  expect(text.split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  expect(existsSync(resolve(root, test))).toBe(true);
});
