/**
 * The size of what a deployment uploads: the module that answers requests, as wrangler builds it.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Row } from "./report.ts";

const wantedKilobytes = 60;
/** Above this something has crept in that does not belong there. */
const limitKilobytes = 90;

/** Builds the worker and measures it. */
export function measureBundle(): Row {
  const folder = mkdtempSync(join(tmpdir(), "gce-metadata-bundle-"));
  try {
    execFileSync("node_modules/.bin/wrangler", ["deploy", "--dry-run", "--env=", "--outdir", folder], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    });
    const files = readdirSync(folder).filter((name) => /\.m?js$/.test(name));
    const bytes = files.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
    const zipped = files.reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length,
      0,
    );
    const size = zipped / 1024;
    return {
      measure: "worker bundle, gzip",
      runtime: "workerd",
      figures: `${files.join(", ")}: ${bytes} bytes, ${zipped} gzipped`,
      value: { median: size, low: size, high: size },
      unit: "KB",
      target: `≤ ${wantedKilobytes}`,
      problem: size <= limitKilobytes ? undefined : `the bundle is above ${limitKilobytes} KB gzipped`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
