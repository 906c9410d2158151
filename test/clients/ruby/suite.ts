/**
 * Ruby's clients as Debian packages them. They take no variable, only the address.
 *
 * @module
 */
import { join } from "node:path";
import { execute, here } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);

export const ruby: Suite = {
  name: "ruby",
  title: "Ruby",
  runtimes: ["node", "workerd", "wrangler"],
  places: ["namespace"],
  needs: [
    { program: "ruby", install: "apt-get install -y ruby ruby-googleauth ruby-google-cloud-env" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about: "The machine's own packages: these versions are those of Debian 12.",
  prepare(folder) {
    try {
      execute("ruby", ["-e", 'require "googleauth"; require "google/cloud/env"'], folder);
    } catch (error) {
      const install = "apt-get install -y ruby-googleauth ruby-google-cloud-env";
      throw new Error(`Ruby lacks googleauth or google-cloud-env: ${install}`, { cause: error });
    }
  },
  command: () => ({ program: "ruby", args: ["-W0", "checks.rb"], env: {} }),
  sources: [join(own, "checks.rb")],
};
