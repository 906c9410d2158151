/**
 * Every rule of the wire contract, asked of the served worker of this project's runtime over raw sockets.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { rules } from "../contract/wire/index.ts";
import type { SetupName } from "../contract/wire/setups.ts";
import { runRule } from "../harness/run-rule.ts";
import type { RunningServer } from "../harness/server.ts";
import { serverOf, startSetups, stopSetups } from "../harness/setup-servers.ts";

const runtime = inject("runtime");
let servers: ReadonlyMap<SetupName, RunningServer> = new Map();

beforeAll(async () => {
  servers = await startSetups(
    runtime,
    rules.map(({ setup }) => setup ?? "vm"),
  );
});

afterAll(() => stopSetups(servers));

describe.concurrent(`The wire contract on ${runtime}`, () => {
  for (const rule of rules) {
    const reason = rule.skip?.[runtime];
    it.skipIf(reason !== undefined)(`${rule.section} ${rule.id}: ${rule.title}`, async ({ expect }) => {
      expect(await runRule(rule, serverOf(servers, rule.setup))).toEqual([]);
    });
  }
});

describe("The table", () => {
  it("names every rule once", () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
