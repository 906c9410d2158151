/**
 * Every threat of SECURITY.md has a defence that is taken out, which is still where test/mutations/ says, so that a change
 * cannot lose it unseen; and the row names the test that notices.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { mutations } from "../../mutations/index.ts";
import { threats } from "./threats.ts";

const root = resolve(import.meta.dirname, "../../..");

describe("A defence that is taken out", () => {
  it.each(mutations.map((mutation) => [mutation.defence, mutation] as const))("%s", (_, { file, from, test, to }) => {
    const text = readFileSync(resolve(root, file), "utf8");
    expect(text.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
    expect(existsSync(resolve(root, test))).toBe(true);
  });

  it.each(mutations.map((mutation) => [mutation.defence, mutation] as const))(
    "is missed by a test that its threat names: %s",
    (_, { only = "", test, threat }) => {
      const rows = threats.filter((row) => row.threat.startsWith(threat));
      expect(rows).toHaveLength(1);
      const isNamed = (name: string) => name === test || (name.endsWith("/") && test.startsWith(name));
      // Rules of the wire are named by their ids.
      const isRule = (name: string) => {
        const id = name.replace(/\*$/, "");
        return test === "test/served/wire.test.ts" && (id.startsWith(only) || only.startsWith(id));
      };
      expect(rows[0]?.tests.filter((name) => isNamed(name) || isRule(name))).not.toEqual([]);
    },
  );
});

describe("A threat", () => {
  it.each(threats.map(({ threat }) => [threat]))("has a defence whose absence is noticed: %s", (threat) => {
    expect(mutations.filter((mutation) => threat.startsWith(mutation.threat))).not.toEqual([]);
  });
});
