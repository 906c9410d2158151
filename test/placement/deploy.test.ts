/**
 * What `deploy/` holds against the published schemas, and the feature for dev containers, installed and started.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { deployed, validators } from "./deployed.ts";
import { openSession } from "./session.ts";

const execute = promisify(execFile);
const validate = async (program: string, ...args: string[]) => {
  const { stdout, stderr } = await execute(`${validators}/${program}`, args);
  return stdout + stderr;
};

describe("deploy/", () => {
  it("compose.yaml keeps to the schema of the Compose specification", async () => {
    expect(
      await validate("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml"),
    ).toMatch(/^ok/);
  });

  it("github-actions.yml keeps to the schema of GitHub's workflows", async () => {
    const file = "deploy/github-actions.yml";
    expect(await validate("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)).toMatch(/^ok/);
  });

  it.for(readdirSync("deploy/kubernetes"))(
    "kubernetes/%s keeps to the schemas of Kubernetes, strictly",
    async (name) => {
      expect(await validate("kubernetes-validate", "--strict", `deploy/kubernetes/${name}`)).toContain(
        "passed for resource",
      );
    },
  );

  it("lets nobody in by the network policy but pods with the label, and knows the server's pods", () => {
    const { spec } = deployed("kubernetes/network-policy.yaml");
    const { template } = deployed("kubernetes/server.yaml").spec;
    expect(template.metadata.labels).toMatchObject(spec.podSelector.matchLabels);
    expect(spec.ingress.map(({ from }: { from: unknown }) => from)).toEqual([
      [{ podSelector: { matchLabels: { "gce-metadata-client": "true" } } }],
    ]);
  });
});

describe("deploy/devcontainer-feature", () => {
  it("installs the package, and its entrypoint starts the server that its variables name", {
    timeout: 240_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "gme-feature-"));
    const session = openSession();
    try {
      const packed = await execute("npm", ["pack", "--json", "--pack-destination", folder]);
      const archive = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("[")))[0].filename;
      const env = { ...process.env, PACKAGE: join(folder, archive), SHARE: folder, npm_config_prefix: folder };
      await execute("sh", ["deploy/devcontainer-feature/install.sh"], { env });
      const { containerEnv } = JSON.parse(
        readFileSync("deploy/devcontainer-feature/devcontainer-feature.json", "utf8"),
      );
      const exported = Object.entries(containerEnv).map(([name, value]) => `export ${name}=${value}\n`);
      const ask =
        'curl -s --retry 30 --retry-connrefused --retry-delay 1 -H "Metadata-Flavor: Google" http://$GCE_METADATA_HOST/computeMetadata/v1/project/project-id; kill $(cat /proc/$$/task/$$/children)';
      const commands = `export PATH=${folder}/bin:$PATH\n${exported.join("")}${folder}/start.sh bash -c '${ask}'`;
      expect(await session.run(commands)).toBe("emulated-project");
    } finally {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
