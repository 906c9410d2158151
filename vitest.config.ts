/**
 * Five projects: the unit ring in this process, and the served ring once for each runtime, with the same files.
 *
 * @module
 */
import { defineConfig } from "vitest/config";

const runtimes = ["node", "bun", "deno", "workerd"] as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 } },
      ...runtimes.map((runtime) => ({
        test: {
          name: `served:${runtime}`,
          include: ["test/served/**/*.test.ts"],
          provide: { runtime },
          testTimeout: 30_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      })),
    ],
  },
});
