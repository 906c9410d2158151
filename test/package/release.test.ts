/**
 * `npm run release`, in a repository of its own with this clone's files: what it makes, and when it publishes. npm is the real
 * one but for `npm publish`, which is written down.
 *
 * @module
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const tarball = `gce-metadata-emulator-${version}.tgz`;

const github = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://actions.example/token",
  GITHUB_REPOSITORY: "somebody/gce-metadata-emulator",
  GITHUB_REF_NAME: `v${version}`,
};

let clone: string;
const path = (name: string) => join(clone, name);
const read = (name: string) => readFileSync(path(name), "utf8");

const git = (...args: string[]) => {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@test.invalid", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], { cwd: clone, encoding: "utf8", stdio: "pipe" });
};

function release(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !Object.hasOwn(github, name));
  const PATH = [path("stand-in"), process.env.PATH].join(delimiter);
  const options = { cwd: clone, env: { ...Object.fromEntries(inherited), ...env, PATH }, encoding: "utf8" } as const;
  const { status, stderr, stdout } = spawnSync("node", ["build/release.js", ...args], options);
  return { code: status, said: stdout + stderr };
}

function expectEnd(code: number, ...args: Parameters<typeof release>): void {
  const ended = release(...args);
  expect(ended.code, ended.said).toBe(code);
}

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), "gme-release-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" });
  for (const file of files.split("\0").filter((name) => name !== "")) cpSync(join(root, file), path(file));
  symlinkSync(join(root, "node_modules"), path("node_modules"));
  const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  const stub = `#!/bin/sh\n[ "$1" = publish ] || exec "${npm}" "$@"\necho "$@" >"${path("published")}"\n`;
  mkdirSync(path("stand-in"));
  writeFileSync(path("stand-in/npm"), stub, { mode: 0o755 });
  git("init", "-q");
  writeFileSync(path(".git/info/exclude"), "node_modules\nstand-in\npublished\n");
  git("add", "-A");
  git("commit", "-qm", "all");
});
afterAll(() => rmSync(clone, { recursive: true, force: true, maxRetries: 3 }));

describe("npm run release", () => {
  it("makes the package, its bill of materials, the licences and their checksums, and publishes nothing", () => {
    expectEnd(0, []);
    const sums = read("release/SHA256SUMS");
    const names = sums
      .trim()
      .split("\n")
      .map((line) => line.slice(66));
    expect(names).toEqual(["LICENSE", "THIRD-PARTY-LICENSES.md", tarball, "sbom.cdx.json"]);
    for (const line of sums.trim().split("\n")) {
      const sum = createHash("sha256").update(readFileSync(path(`release/${line.slice(66)}`)));
      expect(line.slice(0, 64)).toBe(sum.digest("hex"));
    }
    expect(git("status", "--porcelain")).toBe("");
    expect(() => read("published")).toThrow();
  });

  it("makes the same package, byte by byte, of the same commit", () => {
    const first = readFileSync(path(`release/${tarball}`));
    expectEnd(0, []);
    expect(readFileSync(path(`release/${tarball}`)).equals(first)).toBe(true);
  });

  it("tells everything that is in the way of a publication, and publishes nothing", () => {
    writeFileSync(path("stray"), "");
    const { code, said } = release(["--publish"], { GITHUB_REF_NAME: "v0.0.0" });
    rmSync(path("stray"));
    expect(code).toBe(1);
    expect(said).toContain("only the workflow release.yml");
    expect(said).toContain(`the tag is v0.0.0, package.json wants v${version}`);
    expect(said).toContain(`CHANGELOG.md has no section "## ${version}"`);
    expect(said).toContain("the working tree differs");
    expect(() => read("published")).toThrow();
  });

  it("publishes that package with provenance, which names the repository that vouches for it", () => {
    writeFileSync(path("CHANGELOG.md"), read("CHANGELOG.md").replace("## Unreleased", `## ${version} - 2026-11-30`));
    git("commit", "-qam", "release");
    expectEnd(0, ["--publish"], github);
    expect(read("published")).toBe(`publish ./release/${tarball} --provenance --access public\n`);
    const packed = execFileSync("tar", ["-xOf", path(`release/${tarball}`), "package/package.json"], {
      encoding: "utf8",
    });
    const url = `git+https://github.com/${github.GITHUB_REPOSITORY}.git`;
    expect(JSON.parse(packed).repository).toEqual({ type: "git", url });
    expect(git("status", "--porcelain")).toBe("");
  });

  it("makes nothing of licences that are out of date", () => {
    writeFileSync(path("THIRD-PARTY-LICENSES.md"), "");
    expectEnd(1, []);
    git("checkout", "-q", "THIRD-PARTY-LICENSES.md");
  });
});
