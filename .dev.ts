import { createEmulatorCore } from "/work/main/worker/emulator.ts";
import { systemClock } from "/work/main/worker/lib/clock.ts";
const r = process.versions.bun ? (await import("/work/main/worker/entry/listen/bun.ts")).bun : (globalThis as any).Deno ? (await import("/work/main/worker/entry/listen/deno.ts")).deno : (await import("/work/main/worker/entry/listen/node.ts")).node;
const settings: any = { preset: "vm", metadata: {}, accounts: { default: { source: { type: "local" }, origin: "" } }, endpoints: {}, allowedHosts: [], issuer: "https://accounts.google.com", logLevel: "info", logFormat: "text" };
const e = await createEmulatorCore(settings, { runtime: "x", clock: systemClock, log: console.error as any, env: {}, fetch, random: Math.random });
const l = await r.listen(e, { host: "127.0.0.1", port: Number(process.env.PORT) });
console.log("up", l.port);
