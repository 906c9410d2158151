/**
 * The folders of `examples/`, each run as its reader would run it, with the packed package installed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanEnvironment } from "../harness/runtime-command.ts";
import { freePort } from "../harness/server.ts";
import { createProject, type Project } from "./project.ts";

let project: Project;
beforeAll(async () => {
  project = await createProject();
});
afterAll(() => project?.remove());

const clone = (path: string) => resolve(import.meta.dirname, "../..", path);

/** The commands, by folder; the programs of Google's clients need no network but loopback. */
const commands: Readonly<Record<string, readonly [program: string, args: readonly string[], prints: string]>> = {
  vitest: [clone("node_modules/.bin/node"), [clone("node_modules/vitest/vitest.mjs"), "run"], "3 passed"],
  "node-test": ["node", ["--test"], "pass 2"],
  "bun-test": ["bun", ["test"], "1 pass"],
  "deno-test": ["deno", ["test", "-A", "--no-check"], "1 passed"],
  pytest: [clone(".cache/venv/bin/python"), ["-m", "pytest", "-p", "no:cacheprovider"], "1 passed"],
  hono: ["node", ["app.js"], "the app's own page\nmy-project\n"],
  interceptor: ["node", ["program.js"], "412345678901-compute@developer.gserviceaccount.com true\n"],
};

describe("examples/", () => {
  it("holds nothing that is not run", () => {
    const folders = readdirSync(clone("examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(commands), "worker"].sort());
  });

  it.each(Object.entries(commands))("%s", async (below, [program, args, prints]) => {
    const { code, stderr, stdout } = await project.run(program, args, { below: join("examples", below) });
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining(prints)]);
  });

  it("worker, on workerd", async () => {
    const port = await freePort();
    const worker = await wrangler(port);
    try {
      const headers = { "Metadata-Flavor": "Google" };
      const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
      expect(await get("/")).toBe("the worker's own page\n");
      expect(await get("/computeMetadata/v1/project/project-id")).toBe("my-project");
    } finally {
      if (worker.pid !== undefined) process.kill(-worker.pid, "SIGKILL");
    }
  });
});

/** Starts `wrangler dev` in the example's folder; rejects with what it printed when it ends early. */
function wrangler(port: number): Promise<ChildProcess> {
  const args = ["dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  const child = spawn(clone("node_modules/.bin/wrangler"), [...args, "--show-interactive-dev-session=false"], {
    cwd: join(project.folder, "examples/worker"),
    env: {
      ...cleanEnvironment(),
      PATH: `${clone("node_modules/.bin")}:${process.env.PATH ?? ""}`,
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_LOG_PATH: join(project.folder, "wrangler-log"),
      WRANGLER_REGISTRY_PATH: join(project.folder, "wrangler-registry"),
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      NO_COLOR: "1",
    },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  return new Promise((settle, reject) => {
    const hear = (chunk: Buffer) => {
      printed += chunk.toString();
      if (/Ready on http/.test(printed)) settle(child);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => reject(new Error(`wrangler ended:\n${printed}`)));
  });
}
