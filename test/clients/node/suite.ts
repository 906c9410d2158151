/**
 * Node's clients, installed by `npm ci` from a lock file of their own.
 *
 * @module
 */
import { join } from "node:path";
import { execute, here, once } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);
const files = ["package.json", "package-lock.json"].map((name) => join(own, name));

export const node: Suite = {
  name: "node",
  title: "Node",
  runtimes: ["node", "bun", "deno", "workerd", "wrangler"],
  places: ["loopback"],
  needs: [],
  about: "Pinned by `test/clients/node/package-lock.json`.",
  prepare(folder) {
    once(folder, files, () => execute("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder));
  },
  command: () => ({ program: "node", args: ["checks.mjs"], env: {} }),
  sources: [join(own, "checks.mjs"), join(own, "report.mjs")],
};
