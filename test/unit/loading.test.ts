/**
 * What is loaded on demand (ARCHITECTURE.md, "What is loaded when") stays so: one import more at the wrong place would
 * load a part at every start, and nothing else would show it.
 */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { workerFiles } from "../harness/import-table.ts";

const files = workerFiles();

const parts: readonly RegExp[] = [
  /^tokens\/sources\/(?!index\.ts)/,
  /^tokens\/suppliers\//,
  /^tokens\/google\/(?:sts|oauth2|iam-credentials)\.ts/,
  /^config\/(?:parse|schema|service|service-schema|worlds)\.ts/,
  /^events\//,
  /^faults\/rule\.ts/,
  /^service\//,
  /^auth\//,
  /^relay\//,
  /^control\//,
  /^http\/handlers\/(?:control|oslogin)\.ts/,
  /^oslogin\/(?:directory|sessions)\.ts/,
  /^telemetry\/metrics\//,
  /^inspector\/(?:assets|feed|inspector)\./,
  /^metadata\/folder\.ts/,
  /^entry\/doctor\//,
  /^entry\/cli\/(?:config|doctor|env|exec|relay|completion|command-help)\.ts/,
  /^entry\/(?:reload|state-file|folder|replace-file|watch)\.ts/,
  /^entry\/listen\/unix-socket\.ts/,
];

/** Files that are loaded with `entry`: what it imports as values, and what that imports. */
function loadedWith(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry) || !files.includes(entry)) return found;
  found.add(entry);
  const text = readFileSync(new URL(`../../worker/${entry}`, import.meta.url), "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;]*?\bfrom\s+)?"(\.[^"]+)"/gm))
    loadedWith(posix.join(posix.dirname(entry), specifier), found);
  return found;
}

describe.each(["entry/workerd.ts", "entry/cli/main.ts", "entry/cli/serve.ts"])("At the start of %s", (entry) => {
  const loaded = [...loadedWith(entry)];

  it.each(parts)("nothing of %s is loaded", (part) => {
    expect(files.filter((file) => part.test(file))).not.toEqual([]);
    expect(loaded.filter((file) => part.test(file))).toEqual([]);
  });
});

it("A server has what answers metadata and tokens from the start on", () => {
  for (const entry of ["entry/workerd.ts", "entry/cli/serve.ts"])
    expect([...loadedWith(entry)]).toEqual(
      expect.arrayContaining(["http/router.ts", "metadata/snapshot.ts", "tokens/cache.ts", "tokens/local-issuer.ts"]),
    );
});
