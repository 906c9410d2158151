/**
 * gRPC's C-core and others that take no variable: they insist on the name metadata.google.internal and port 80.
 *
 * @module
 */
import { join } from "node:path";
import { here, installPython, once } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);
const lock = "requirements.txt";

export const grpc: Suite = {
  name: "grpc",
  title: "gRPC (C-core), and Python by the server's name",
  runtimes: ["node", "bun", "deno", "workerd", "wrangler"],
  places: ["namespace"],
  needs: [
    { program: "python3", install: "apt-get install -y python3 python3-venv" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about:
    "Pinned with hashes by `test/clients/grpc/requirements.txt`. C-core compares the spelling of `Metadata-Flavor` byte for byte, and no header library can hide it.",
  prepare: (folder) => once(folder, [join(own, lock)], () => installPython(folder, lock)),
  command: () => ({ program: "venv/bin/python", args: ["checks.py"], env: {} }),
  sources: [join(own, "checks.py"), join(own, "../python/report.py")],
};
