/**
 * The bill of materials that goes with a release.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

it("names this package and every one whose code goes with it, with licence and checksum", () => {
  execFileSync("npm", ["run", "sbom"], { cwd: root, stdio: "pipe" });
  const bill = JSON.parse(readFileSync(resolve(root, "sbom.cdx.json"), "utf8"));
  const own = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
  expect(bill).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: own.name, purl: `pkg:npm/${own.name}@${own.version}` } },
  });
  const found = bill.components.map(({ name, version }: { name: string; version: string }) => [name, version]);
  const bundled = { preact: own.devDependencies.preact };
  expect(Object.fromEntries(found)).toEqual({ ...own.dependencies, ...bundled });
  for (const { hashes, licenses } of bill.components) {
    expect(licenses.length).toBeGreaterThan(0);
    expect(hashes.map(({ alg }: { alg: string }) => alg)).toEqual(["SHA-512"]);
  }
});
