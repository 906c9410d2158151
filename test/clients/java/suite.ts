/**
 * Java's clients, fetched by Maven and compiled by javac.
 *
 * @module
 */
import { join } from "node:path";
import { execute, here, once } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);
const fetchJars = ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"];

export const java: Suite = {
  name: "java",
  title: "Java",
  runtimes: ["node", "workerd", "wrangler"],
  places: ["loopback", "namespace"],
  needs: [
    { program: "javac", install: "apt-get install -y default-jdk-headless (17 or newer)" },
    { program: "mvn", install: "apt-get install -y maven" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about:
    "Pinned by `test/clients/java/pom.xml`. `MetadataConfig` of google-cloud-core takes no variable: it asks `http://metadata/`, in a network of its own.",
  prepare: (folder) => once(folder, [join(own, "pom.xml")], () => execute("mvn", fetchJars, folder)),
  build: (folder) => void execute("javac", ["-cp", "lib/*", "-d", "classes", "Checks.java", "Report.java"], folder),
  command: () => ({ program: "java", args: ["-cp", "classes:lib/*", "Checks"], env: {} }),
  sources: ["Checks.java", "Report.java"].map((name) => join(own, name)),
};
