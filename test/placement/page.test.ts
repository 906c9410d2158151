/**
 * The recipes of docs/placement.md, run as they are printed, each in a network namespace of its own, with unmodified
 * Google clients that are told nothing.
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRecipes } from "./recipes.ts";
import { openSession, type Session } from "./session.ts";

const recipes = readRecipes();
const recipe = (name: string) => recipes.get(name) ?? { steps: [], ask: [], undo: [] };
const atAddress = ["alias", "iptables", "nftables", "socat"];
const byAsking = ["hosts", "ipv6", "both", "socket"];
const clients = [".cache/venv/bin/python test/clients/python/smoke.py", "node test/clients/node/smoke.mjs"];
const probe =
  'curl -s --max-time 3 -H "Metadata-Flavor: Google" http://169.254.169.254/computeMetadata/v1/project/project-id';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

describe("docs/placement.md", () => {
  it("has a test for every recipe that it shows", () => {
    expect([...recipes.keys()].sort()).toEqual(["names", ...atAddress, ...byAsking].sort());
  });

  it.for(atAddress)("%s: unmodified clients find the server at 169.254.169.254:80 until it is undone", async (name) => {
    await expect(session.run(probe)).rejects.toThrow();
    for (const step of [...recipe("names").steps, ...recipe(name).steps]) await session.block(step);
    expect(await session.run(probe)).toBe("emulated-project");
    for (const client of clients) {
      const got: unknown = JSON.parse(await session.run(client));
      expect(got, client).toMatchObject({ accessToken: expect.stringMatching(/^ya29\.emulator\./) });
      expect(Object.values(Object(got)), client).toContain("emulated-project");
    }
    for (const step of recipe(name).undo) await session.run(step);
    await expect(session.run(probe)).rejects.toThrow();
  });

  it.for(byAsking)("%s: the request of the page is answered", async (name) => {
    for (const step of recipe(name).steps) await session.block(step);
    const asked = recipe(name).ask.join("\n");
    expect(asked).not.toBe("");
    expect(await session.run(asked)).toBe("emulated-project".repeat(asked.split("\n").length));
  });
});

describe("the namespace of these tests", () => {
  it("keeps the machine's hosts file as it is", async () => {
    const before = readFileSync("/etc/hosts", "utf8");
    for (const step of recipe("names").steps) await session.run(step);
    expect(await session.run("cat /etc/hosts")).toContain("metadata.google.internal");
    expect(readFileSync("/etc/hosts", "utf8")).toBe(before);
  });
});
