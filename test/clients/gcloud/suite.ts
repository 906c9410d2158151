/**
 * The gcloud command line, where the machine has it.
 *
 * @module
 */
import { join } from "node:path";
import { here } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);

export const gcloud: Suite = {
  name: "gcloud",
  title: "gcloud",
  runtimes: ["node", "workerd"],
  places: ["loopback"],
  needs: [{ program: "gcloud", install: "https://cloud.google.com/sdk/docs/install" }],
  optional: true,
  about:
    "Not pinned, and left out where it is missing: no registry of this project has it. The machine's own was 528.0.0 when this was written.",
  prepare() {},
  command: () => ({ program: "node", args: ["checks.mjs"], env: {} }),
  sources: [join(own, "checks.mjs"), join(own, "../node/report.mjs")],
};
