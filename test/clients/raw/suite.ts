/**
 * What people type: curl and wget, and requests byte for byte as other clients send them.
 *
 * @module
 */
import { join } from "node:path";
import { here } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);

export const raw: Suite = {
  name: "raw",
  title: "curl, wget, and other clients' bytes",
  runtimes: ["node", "bun", "deno", "workerd", "wrangler"],
  places: ["loopback"],
  needs: [
    { program: "curl", install: "apt-get install -y curl" },
    { program: "wget", install: "apt-get install -y wget" },
  ],
  about: "The machine's own programs: these versions are those of Debian 12.",
  prepare() {},
  command: () => ({ program: "node", args: ["checks.mjs"], env: {} }),
  sources: [join(own, "checks.mjs"), join(own, "../node/report.mjs")],
};
