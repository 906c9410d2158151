/**
 * What `npm pack` makes, in the hands of a stranger: it installs, it runs on the machine's Node and on Bun and Deno, its
 * exports and types resolve, and they are the ones that were promised.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { version } from "../../worker/version.ts";
import { createProject, type Project } from "./project.ts";

let project: Project;
beforeAll(async () => {
  project = await createProject();
});
afterAll(() => project?.remove());

const installed = (below = "") => join(project.folder, "node_modules/gce-metadata-emulator", below);

const program = `
  const { createEmulator } = await import("gce-metadata-emulator");
  const { createGoogleTokens } = await import("gce-metadata-emulator/tokens");
  const emulator = createEmulator({ projectId: "my-project" });
  const { url } = await emulator.listen();
  const headers = { "Metadata-Flavor": "Google" };
  const answer = await fetch(url + "/computeMetadata/v1/project/project-id", { headers });
  console.log(await answer.text(), emulator.requests().length, typeof createGoogleTokens);
  await emulator.close();
`;

describe("the package", () => {
  it("holds what it runs with and nothing else", () => {
    const names = readdirSync(installed()).sort();
    expect(names).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD-PARTY-LICENSES.md",
      "bin",
      "config.schema.json",
      "dist",
      "docs",
      "package.json",
    ]);
    expect(readdirSync(installed("docs"))).toEqual(["openapi.json"]);
  });

  it.each([
    ["npx", ["gce-metadata-emulator", "--version"]],
    ["bun", ["run", "--bun", "gce-metadata-emulator", "--version"]],
    ["deno", ["run", "-A", "npm:gce-metadata-emulator", "--version"]],
  ])("runs by %s", async (runner, args) => {
    const { code, stderr, stdout } = await project.run(runner, args);
    expect([code, stdout], stderr).toEqual([0, `${version}\n`]);
  });

  it("runs from a clone too, on the machine's Node, which may be too old for its sources", async () => {
    const clone = { below: resolve(".") };
    const npx = await project.run("npx", ["gce-metadata-emulator", "--version"], clone);
    expect(npx).toMatchObject({ code: 0, stdout: `${version}\n` });
    const launcher = ["bin/gce-metadata-emulator.js", "exec", "--", "sh", "-c", "exit 5"];
    expect(await project.run("node", launcher, clone)).toMatchObject({ code: 5, stderr: "" });
  });

  it.each([
    ["node", ["--input-type=module", "-e", program]],
    ["bun", ["-e", program]],
    ["deno", ["eval", program]],
  ])("is a library on %s", async (runtime, args) => {
    const { code, stderr, stdout } = await project.run(runtime, args);
    expect([code, stdout], stderr).toEqual([0, "my-project 1 function\n"]);
  });

  it("passes publint", async () => {
    const { code, stderr, stdout } = await project.run("publint", ["--strict"], {
      below: "node_modules/gce-metadata-emulator",
    });
    expect(code, stdout + stderr).toBe(0);
  });

  it("has types that resolve, by are-the-types-wrong", async () => {
    const { code, stderr, stdout } = await project.run("attw", [project.tarball, "--profile", "esm-only"]);
    expect(code, stdout + stderr).toBe(0);
  });

  it("is a single file too, by build:binary", async () => {
    const built = await project.run("npm", ["run", "--silent", "build:binary"], { below: resolve(".") });
    expect(built).toEqual({ code: 0, stdout: "built binaries/gce-metadata-emulator\n", stderr: "" });
    const args = [
      "exec",
      "--project-id",
      "p",
      "--",
      "sh",
      "-c",
      'curl -s -H "Metadata-Flavor: Google" http://$GCE_METADATA_HOST/computeMetadata/v1/project/project-id',
    ];
    const ran = await project.run(resolve("binaries/gce-metadata-emulator"), args);
    expect(ran).toEqual({ code: 0, stdout: "p", stderr: "" });
  });

  it("shows the API that was promised", async () => {
    const texts = ["index", "google-tokens", "library/types", "library/google-tokens"].map((name) => {
      const text = readFileSync(join(installed(), `dist/types/${name}.d.ts`), "utf8");
      return `// ${name}\n${text.replace(/^\s*(?:\/\*\*|\*).*\n/gm, "")}`;
    });
    await expect(texts.join("\n")).toMatchFileSnapshot("api-surface.txt");
  });
});
