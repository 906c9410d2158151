/**
 * Serves an emulator, asks it a few things, and checks its metrics: promtool finds no fault with them, and every metric
 * that the dashboard and the alerts name is among them.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  failures.push(...dashboardFailures());
} finally {
  await server.stop();
}
/** Each expression of the dashboard must be PromQL: promtool reads them as rules. */
function dashboardFailures(): string[] {
  const { panels } = JSON.parse(readFileSync(new URL("dashboard.json", folder), "utf8")) as {
    panels: { id: number; targets: { expr: string }[] }[];
  };
  const rules = panels.flatMap(({ id, targets }) =>
    targets.map(({ expr }, i) => ({ record: `panel_${id}:${i}`, expr: expr.replaceAll("$__rate_interval", "5m") })),
  );
  const directory = mkdtempSync(join(tmpdir(), "gme-dashboard-"));
  const file = join(directory, "rules.yml");
  writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  const { status, stderr, stdout } = spawnSync("promtool", ["check", "rules", file], { encoding: "utf8" });
  rmSync(directory, { recursive: true });
  const ids = new Set(panels.map(({ id }) => id));
  return [
    ...(status === 0 ? [] : [`dashboard.json: ${stdout}${stderr}`]),
    ...(ids.size === panels.length ? [] : ["dashboard.json: two panels have one id"]),
  ];
}

for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? "monitoring: everything that is named is there" : "monitoring: FAILED");
process.exitCode = failures.length === 0 ? 0 : 1;
