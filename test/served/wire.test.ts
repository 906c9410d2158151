/**
 * Every rule of the wire contract, asked of the served worker of this project's runtime over raw sockets.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { rules } from "../contract/wire/index.ts";
import type { Rule } from "../contract/wire/rule.ts";
import type { SetupName } from "../contract/wire/setups.ts";
import { runRule } from "../harness/run-rule.ts";
import type { RunningServer, Runtime } from "../harness/server.ts";
import { serverOf, startSetups, stopSetups } from "../harness/setup-servers.ts";

const runtime = inject("runtime");

function askAll(served: Runtime, asked: readonly Rule[]): void {
  describe(`The wire contract on ${served}`, () => {
    let servers: ReadonlyMap<SetupName, RunningServer> = new Map();

    beforeAll(async () => {
      servers = await startSetups(
        served,
        asked.map(({ setup }) => setup ?? "vm"),
      );
    });

    afterAll(() => stopSetups(servers));

    describe.concurrent("over raw sockets", () => {
      for (const rule of asked) {
        it(`${rule.section} ${rule.id}: ${rule.title}`, async ({ expect }) => {
          expect(await runRule(rule, serverOf(servers, rule.setup))).toEqual([]);
        });
      }
    });
  });
}

askAll(runtime, rules);

// `npm start` is workerd behind the proxy of `wrangler dev`, which changes some answers. One set-up shows them all.
if (runtime === "workerd") {
  askAll(
    "wrangler",
    rules.filter(({ setup = "vm" }) => setup === "vm"),
  );
}

describe("The table", () => {
  it("names every rule once", () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
