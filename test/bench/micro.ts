/**
 * Steps of a request one by one, as this process makes them from a `Request` that is there: `node test/bench/micro.ts`, and
 * the same with `bun` and `deno run -A`. What the sockets cost is `main.ts`'s.
 *
 * @module
 */
import { bench, run } from "mitata";
import { loadSettings } from "../../worker/config/load.ts";
import { createEmulatorCore } from "../../worker/emulator.ts";
import { respond } from "../../worker/entry/listen/responses.ts";
import type { Call } from "../../worker/http/call.ts";
import { createGuard } from "../../worker/http/guard.ts";
import { toResponse } from "../../worker/http/reply.ts";
import { callFrom } from "../../worker/http/request-call.ts";
import { styles } from "../../worker/http/style.ts";
import { targetOf } from "../../worker/http/target.ts";
import { systemClock } from "../../worker/lib/clock.ts";
import { renderRecursive } from "../../worker/metadata/render.ts";
import type { Platform } from "../../worker/platform.ts";
import { targets } from "./targets.ts";

const platform: Platform = {
  runtime: "Bun" in globalThis ? "bun" : "Deno" in globalThis ? "deno" : "node",
  clock: systemClock,
  log: () => undefined,
  env: {},
  fetch: () => Promise.reject(new Error("The micro benchmark makes no calls")),
  random: Math.random,
};

const emulator = await createEmulatorCore(await loadSettings({ flags: {}, env: {} }, platform), platform);
const headers = { "Metadata-Flavor": "Google", "User-Agent": "gcloud-golang/0.1" };
const noHosts: readonly string[] = [];
const guard = createGuard({ style: styles.vm, allowedHosts: () => noHosts });
const calls = Object.entries(targets).map(([name, target]) => [name, callOf(target)] as const);
const [, token = callOf("/")] = calls.find(([name]) => name === "token") ?? [];
const answer = await emulator.handle(token);

/** A call as an adapter makes it, with the headers of a Google client. */
function callOf(target: string): Call {
  return callFrom(requestFor(target), { hostFromUrl: true });
}

function requestFor(target: string): Request {
  return new Request(`http://metadata.google.internal${target}`, { headers });
}

const request = requestFor(targets.token);
bench("look a target up", () => targetOf(targets.recursive));
bench("make a call", () => callFrom(request, { hostFromUrl: true }));
bench("guard", () => guard(token));
bench("find a node", () => emulator.instance.snapshot().find("instance/zone"));
bench("render the whole tree", () => renderRecursive(emulator.instance.snapshot().root, "json"));
bench("make a new Response", () => toResponse(answer, "GET"));
bench("clone a Response", () => respond(answer, "GET"));
for (const [name, call] of calls) bench(`answer: ${name}`, async () => emulator.handle(call));

await run();
