/**
 * Debian's cloud-init: its GCE data source, which insists on the name metadata.google.internal.
 *
 * @module
 */
import { join } from "node:path";
import { here, installPython, once, unpackDebian } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);
const lock = "requirements.txt";

export const cloudInit: Suite = {
  name: "cloud-init",
  title: "cloud-init",
  runtimes: ["node", "workerd", "wrangler"],
  places: ["namespace"],
  needs: [
    { program: "apt-get", install: "the package comes from Debian 12: run on Debian" },
    { program: "dpkg-deb", install: "apt-get install -y dpkg" },
    { program: "python3", install: "apt-get install -y python3 python3-venv" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about:
    "The package of Debian 12, unpacked and not installed; the Python packages it needs are pinned with hashes by `test/clients/cloud-init/requirements.txt`.",
  prepare(folder) {
    once(folder, [join(own, lock), join(own, "suite.ts")], () => {
      installPython(folder, lock);
      unpackDebian(folder, "cloud-init", "22.4.2");
    });
  },
  command: () => ({
    program: "venv/bin/python",
    args: ["checks.py"],
    env: { PYTHONPATH: "package/usr/lib/python3/dist-packages" },
  }),
  sources: [join(own, "checks.py"), join(own, "../python/report.py")],
};
