/**
 * Answers of real servers, replayed: the served worker shows no difference that is not explained.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { recordedAnswers } from "../contract/recorded/index.ts";
import type { SetupName } from "../contract/wire/setups.ts";
import { checkRecorded } from "../harness/check-recorded.ts";
import { rawRequest } from "../harness/raw.ts";
import { encode } from "../harness/run-rule.ts";
import type { RunningServer } from "../harness/server.ts";
import { serverOf, startSetups, stopSetups } from "../harness/setup-servers.ts";

const runtime = inject("runtime");
let servers: ReadonlyMap<SetupName, RunningServer> = new Map();

beforeAll(async () => {
  servers = await startSetups(
    runtime,
    recordedAnswers.map(({ setup }) => setup),
  );
});

afterAll(() => stopSetups(servers));

describe(`What was recorded of real servers, on ${runtime}`, () => {
  it.each(recordedAnswers)("$source $request.target", async (recorded) => {
    const { port } = serverOf(servers, recorded.setup);
    const response = await rawRequest(port, encode(recorded.request, port));
    expect(checkRecorded(response, recorded, runtime)).toEqual([]);
  });
});
