/**
 * The supply chain: what a user of the package gets beside our own code, and nothing else (SECURITY.md).
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly license?: string;
  readonly version?: string;
}

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
}

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string): unknown => JSON.parse(readFileSync(resolve(root, path), "utf8"));
const own = read("package.json") as Manifest;
const { packages } = read("package-lock.json") as { readonly packages: Readonly<Record<string, Locked>> };
const names = Object.keys(own.dependencies ?? {});

const registry = "https://registry.npmjs.org/";

/** A new one is a decision: it gets a line here, and its reason in the commit. */
const known = ["aws4fetch", "fastest-levenshtein", "itty-router", "jose", "lossless-json", "valibot"];

describe("The packages that run with ours", () => {
  it("are the known few", () => {
    expect(names.sort()).toEqual(known);
    expect([own.optionalDependencies, own.peerDependencies]).toEqual([undefined, undefined]);
  });

  it("are pinned to one version, as are those of development", () => {
    const all = { ...own.dependencies, ...own.devDependencies };
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("come from the registry with a checksum", () => {
    const entries = Object.entries(packages).filter(([path]) => path.startsWith("node_modules/"));
    expect(entries.length).toBeGreaterThan(known.length);
    const odd = entries.filter(
      ([, { integrity, resolved = registry }]) => !(resolved.startsWith(registry) && integrity?.startsWith("sha512-")),
    );
    expect(odd.map(([path]) => path)).toEqual([]);
  });

  it.each(known)(
    "%s: a permissive licence, the version asked for, nothing behind it, no program at installation",
    (name) => {
      const {
        dependencies = {},
        license,
        optionalDependencies = {},
        scripts = {},
        version,
      } = read(`node_modules/${name}/package.json`) as Manifest;
      expect(["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC"]).toContain(license);
      expect(version).toBe(own.dependencies?.[name]);
      expect({ ...dependencies, ...optionalDependencies }).toEqual({});
      expect(["preinstall", "install", "postinstall"].filter((hook) => Object.hasOwn(scripts, hook))).toEqual([]);
    },
  );
});

it("The actions of workflows are pinned to a commit", () => {
  const folder = resolve(root, ".github/workflows");
  const lines = readdirSync(folder).flatMap((name) => readFileSync(resolve(folder, name), "utf8").split("\n"));
  const used = lines.flatMap((line) => /\buses: *(\S+)/.exec(line)?.[1] ?? []);
  expect(used.length).toBeGreaterThan(2);
  expect(used.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
});
