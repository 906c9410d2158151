/**
 * Python's clients, in a virtual environment of their own, each file checked against its hash.
 *
 * @module
 */
import { join } from "node:path";
import { here, installPython, once } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);
const lock = "requirements-clients.txt";

export const python: Suite = {
  name: "python",
  title: "Python",
  runtimes: ["node", "bun", "deno", "workerd", "wrangler"],
  places: ["loopback"],
  needs: [{ program: "python3", install: "apt-get install -y python3 python3-venv" }],
  about: `Pinned with hashes by \`test/clients/python/${lock}\`, which pip-compile wrote from \`clients.in\`.`,
  prepare: (folder) => once(folder, [join(own, lock)], () => installPython(folder, lock)),
  // gcsfs would ask Cloud Storage's gRPC API what kind of bucket it is, and the stub has none.
  command: () => ({
    program: "venv/bin/python",
    args: ["checks.py"],
    env: { GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT: "false" },
  }),
  sources: [join(own, "checks.py"), join(own, "report.py")],
};
