/**
 * The Dockerfile, built by buildah, and its image run as a container engine does with `--read-only`: as the image's user,
 * without a capability, in a network namespace of its own.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployed } from "./deployed.ts";
import { openSession, type Session } from "./session.ts";

interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

const folder = mkdtempSync(join(tmpdir(), "gme-image-"));
let config: ImageConfig;
let session: Session;

beforeAll(async () => {
  execFileSync("sh", ["test/placement/image.sh", folder], { stdio: ["ignore", "inherit", "inherit"] });
  config = JSON.parse(readFileSync(join(folder, "image.json"), "utf8")).Docker.config;
  session = openSession();
  await session.block(container([...config.Entrypoint, ...config.Cmd]));
}, 300_000);
afterAll(async () => {
  await session?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The command line of a program in a container of the image. */
function container(args: readonly string[], env: readonly string[] = []): string {
  const words = [join(folder, "rootfs"), config.User, config.WorkingDir, ...config.Env, ...env, ...args];
  return ["sh", "test/placement/run-image.sh", ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

describe("the image of the Dockerfile", () => {
  it("serves tokens to who is in its network", async () => {
    const at = "http://127.0.0.1:8080/computeMetadata/v1/instance/service-accounts/default/token";
    const token: unknown = JSON.parse(await session.run(`curl -s -H "Metadata-Flavor: Google" ${at}`));
    expect(token).toMatchObject({ token_type: "Bearer", access_token: expect.stringMatching(/^ya29\./) });
  });

  it("has a health check that passes beside the server and fails without", async () => {
    const [kind, ...check] = config.Healthcheck.Test;
    expect(kind).toBe("CMD");
    await session.run(container(check));
    const alone = openSession();
    try {
      await expect(alone.run(container(check))).rejects.toThrow();
    } finally {
      await alone.close();
    }
  });

  it("runs as a user that is a number and not root, with nothing to write to", async () => {
    expect(config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const program = `
      const codes = ["/app/x", "/tmp/x"].map((path) => { try { fs.writeFileSync(path, ""); return "" } catch ({ code }) { return code } });
      console.log(process.getuid() + ":" + process.getgid(), ...codes)`;
    expect((await session.run(container(["node", "-e", program]))).trim()).toBe(`${config.User} EROFS EROFS`);
  });

  it("passes the probes of deploy/kubernetes/server.yaml, and would not without their Host", async () => {
    const { httpGet } = deployed("kubernetes/server.yaml").spec.template.spec.containers[0].readinessProbe;
    const [{ name, value }] = httpGet.httpHeaders;
    const at = `http://192.0.2.2:8080${httpGet.path}`;
    expect(JSON.parse(await session.run(`curl -sf -H '${name}: ${value}' ${at}`))).toMatchObject({ status: "ok" });
    expect(await session.run(`curl -s -o /dev/null -w '%{http_code}' ${at}`)).toBe("403");
  });

  it("runs as the sidecar of deploy/kubernetes/sidecar.yaml, at port 80 of loopback with a passing probe", async () => {
    const { initContainers, hostAliases, securityContext } = deployed("kubernetes/sidecar.yaml").spec.template.spec;
    const pod = openSession();
    try {
      for (const { name, value } of securityContext.sysctls) await pod.run(`sysctl -qw ${name}=${value}`);
      for (const { ip, hostnames } of hostAliases) await pod.run(`echo "${ip} ${hostnames.join(" ")}" >> /etc/hosts`);
      await pod.block(container(initContainers[0].command));
      await pod.run(container(initContainers[0].startupProbe.exec.command));
      const at = "http://metadata.google.internal/computeMetadata/v1/project/project-id";
      expect(await pod.run(`curl -sf -H "Metadata-Flavor: Google" ${at}`)).toBe("emulated-project");
      await expect(pod.run("curl -s http://192.0.2.2/")).rejects.toThrow();
    } finally {
      await pod.close();
    }
  });

  it("runs with the command and port of deploy/compose.yaml, and its health check follows", async () => {
    const { metadata } = deployed("compose.yaml").services;
    const engine = openSession();
    try {
      const address = metadata.networks.metadata.ipv4_address;
      await engine.run(`ip address add ${address}/24 dev out`);
      for (const [name, value] of Object.entries(metadata.sysctls)) await engine.run(`sysctl -qw ${name}=${value}`);
      const env = Object.entries(metadata.environment).map(([name, value]) => `${name}=${value}`);
      await engine.block(container([...config.Entrypoint, ...metadata.command], env));
      await engine.run(container(config.Healthcheck.Test.slice(1), env));
      expect(await engine.run(`curl -sf http://${address}/`)).toContain("computeMetadata/");
    } finally {
      await engine.close();
    }
  });

  it("holds the server with its packages, and no file of the clone beside", async () => {
    const listed = await session.run(`ls -A '${join(folder, "rootfs/app")}'`);
    expect(listed.trim().split("\n")).toEqual(["LICENSE", "node_modules", "package.json", "worker"]);
  });
});
