import { createEmulatorCore } from "./worker/emulator.ts";
import { systemClock } from "./worker/lib/clock.ts";
import { Call } from "./worker/http/call.ts";
const settings: any = { preset: "vm", metadata: {}, accounts: { default: { source: { type: "local" }, origin: "" } }, endpoints: {}, allowedHosts: [], issuer: "https://accounts.google.com", logLevel: "info", logFormat: "text" };
const e = await createEmulatorCore(settings, { runtime: "x", clock: systemClock, log: () => {}, env: {}, fetch, random: Math.random } as any);
const h: Record<string,string> = { "metadata-flavor": "Google" };
const call = (path: string) => new Call({ method: "GET", path, search: "", host: "127.0.0.1:8080", scheme: "http", header: (n) => h[n] ?? null, body: async () => new Uint8Array() });
for (const path of ["/computeMetadata/v1/instance/id", "/computeMetadata/v1/instance/service-accounts/default/token", "/computeMetadata/v1/nope", "/"]) {
  for (let i = 0; i < 20000; i++) await e.handle(call(path));
  const n = 200000; const t = performance.now();
  for (let i = 0; i < n; i++) await e.handle(call(path));
  console.log(path, ((performance.now() - t) * 1000 / n).toFixed(2), "us");
}
for (const path of ["/computeMetadata/v1/instance/id", "/computeMetadata/v1/instance/service-accounts/default/token"]) {
  const n = 100000; const t = performance.now();
  for (let i = 0; i < n; i++) await e.fetch(new Request("http://127.0.0.1:8080" + path, { headers: { "Metadata-Flavor": "Google", host: "127.0.0.1:8080" } }));
  console.log("fetch", path, ((performance.now() - t) * 1000 / n).toFixed(2), "us");
}
{ const n = 100000; const t = performance.now();
  for (let i = 0; i < n; i++) { const r = new Request("http://127.0.0.1:8080/x", { headers: { "Metadata-Flavor": "Google", host: "127.0.0.1:8080" } }); new Response("abc", { headers: { a: "b" } }); }
  console.log("bare", ((performance.now() - t) * 1000 / n).toFixed(2), "us"); }
process.exit(0);
