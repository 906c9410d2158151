/**
 * The projects: the unit ring in this process, the served ring once for each runtime with the same files, the documents'
 * examples, and the package as its users install it. With `VITEST_REPORTS` set to a folder, each run leaves a JSON report
 * there (`.ci/run` adds them up).
 *
 * @module
 */
import { defineConfig } from "vitest/config";

const runtimes = ["node", "bun", "deno", "workerd"] as const;

const setupFiles = ["test/harness/property-runs.ts"];

const reports = process.env.VITEST_REPORTS;

export default defineConfig({
  test: {
    ...(reports === undefined
      ? {}
      : { reporters: ["default", "json"], outputFile: { json: `${reports}/${process.pid}-${Date.now()}.json` } }),
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], setupFiles, testTimeout: 60_000 } },
      ...runtimes.map((runtime) => ({
        test: {
          name: `served:${runtime}`,
          include: ["test/served/**/*.test.ts"],
          setupFiles,
          provide: { runtime },
          ...(runtime === "workerd" ? { globalSetup: ["test/harness/build-worker.ts"] } : {}),
          testTimeout: 30_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      })),
      { test: { name: "package", include: ["test/package/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 180_000 } },
      {
        test: {
          name: "inspector",
          include: ["test/inspector/**/*.test.ts"],
          globalSetup: ["test/harness/build-worker.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "placement",
          include: ["test/placement/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 30_000,
          fileParallelism: false,
        },
      },
      { test: { name: "readme", include: ["test/readme/**/*.test.ts"], testTimeout: 120_000 } },
    ],
  },
});
