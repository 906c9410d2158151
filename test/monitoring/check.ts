/**
 * Serves an emulator, asks it a few things, and checks its metrics: promtool finds no fault with them, and every metric
 * that the dashboard and the alerts name is among them.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { startServer } from "../harness/server.ts";

const folder = new URL("../../docs/monitoring/", import.meta.url);
const server = await startServer("node", { flags: ["--open-metrics"] });
const failures: string[] = [];
try {
  const ask = (path: string) =>
    fetch(`${server.origin}/computeMetadata/v1/${path}`, { headers: { "Metadata-Flavor": "Google" } });
  for (const path of ["instance/service-accounts/default/token", "instance/id", "instance/nothing"]) await ask(path);
  const text = await (await fetch(`${server.origin}/emulator/v1/metrics`)).text();

  const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  if (status !== 0) failures.push(`promtool check metrics:\n${stdout}${stderr}`);

  const declared = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  for (const file of ["dashboard.json", "alerts.yml"]) {
    const used = readFileSync(new URL(file, folder), "utf8").match(/\bgce_metadata_\w+/g) ?? [];
    if (used.length === 0) failures.push(`${file} names no metric`);
    for (const name of new Set(used))
      if (!declared.has(name.replace(/_(?:bucket|sum|count)$/, "")))
        failures.push(`${file}: there is no metric ${name}`);
  }
  const { panels } = JSON.parse(readFileSync(new URL("dashboard.json", folder), "utf8")) as {
    panels: { id: number }[];
  };
  if (new Set(panels.map(({ id }) => id)).size !== panels.length)
    failures.push("dashboard.json: two panels have one id");
} finally {
  await server.stop();
}
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? "monitoring: everything that is named is there" : "monitoring: FAILED");
process.exitCode = failures.length === 0 ? 0 : 1;
