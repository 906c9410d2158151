/**
 * Debian's guest agent in an empty root of its own: the program, what it is linked with, a shell, and nothing else.
 *
 * @module
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { execute, here, once, unpackDebian } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);
const programs = ["google_guest_agent", "google_metadata_script_runner"];

export const guestAgent: Suite = {
  name: "guest-agent",
  title: "Guest agent",
  runtimes: ["node", "workerd", "wrangler"],
  places: ["namespace"],
  needs: [
    { program: "apt-get", install: "the package comes from Debian 12: run on Debian" },
    { program: "dpkg-deb", install: "apt-get install -y dpkg" },
    { program: "setpriv", install: "apt-get install -y util-linux" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about:
    "The package of Debian 12, unpacked into an empty root, with the rights to do nothing there. It asks for `/computeMetadata/v1//` and must wait there, not ask again and again.",
  prepare(folder) {
    once(folder, [join(own, "suite.ts")], () => {
      unpackDebian(folder, "google-guest-agent", "20211116.00");
      makeRoot(folder);
    });
  },
  command: () => ({ program: "node", args: ["checks.mjs"], env: {} }),
  sources: [join(own, "checks.mjs"), join(own, "../node/report.mjs")],
};

function makeRoot(folder: string): void {
  const put = (from: string, to: string): void => {
    mkdirSync(join(folder, "root", dirname(to)), { recursive: true });
    copyFileSync(from, join(folder, "root", to));
  };
  for (const name of programs) put(join(folder, "package/usr/bin", name), `usr/bin/${name}`);
  for (const shell of ["sh", "bash"]) put("/bin/dash", `bin/${shell}`);
  const linked = execute("ldd", [join(folder, "package/usr/bin", programs[0] ?? ""), "/bin/dash"], folder);
  for (const [library] of linked.matchAll(/\/lib\S+/g)) put(library, library);
  for (const empty of ["dev", "etc", "tmp"]) mkdirSync(join(folder, "root", empty), { recursive: true });
  execute("mknod", ["-m", "666", "root/dev/null", "c", "1", "3"], folder);
}
