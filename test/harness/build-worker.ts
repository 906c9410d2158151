/**
 * Builds the worker's modules once for a test run, as `wrangler deploy` would.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { bundleFolder } from "./workerd.ts";

/** vitest's global set-up. */
export default function buildWorker(): void {
  rmSync(bundleFolder, { recursive: true, force: true });
  const args = ["deploy", "--dry-run", "--env", "", "--outdir", bundleFolder];
  execFileSync("node_modules/.bin/wrangler", args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
}
