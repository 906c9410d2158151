/** A fixture: each test has a metadata server of its own, and the variables of client libraries point to it. */
import { createEmulator } from "gce-metadata-emulator";
import gcpMetadata from "gcp-metadata";
import { test as base, expect, vi } from "vitest";

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern.
  metadata: async ({}, use) => {
    const emulator = createEmulator({
      projectId: "my-project",
      metadata: { instance: { attributes: { stage: "test" } } },
    });
    const { env } = await emulator.listen();
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await use(emulator);
    vi.unstubAllEnvs();
    await emulator.close();
  },
});

test("the program finds its project and its stage", async ({ metadata }) => {
  expect(await gcpMetadata.project("project-id")).toBe("my-project");
  expect(await gcpMetadata.instance("attributes/stage")).toBe("test");
  expect(metadata.requests().map(({ path }) => path)).toContain("/computeMetadata/v1/instance/attributes/stage");
});

test("the program hears of a change", async ({ metadata }) => {
  const url = "http://metadata.google.internal/computeMetadata/v1/instance/attributes/stage";
  const now = await metadata.fetch(url, { headers: { "Metadata-Flavor": "Google" } });
  const params = { wait_for_change: "true", last_etag: now.headers.get("etag") ?? "" };
  const change = gcpMetadata.instance({ property: "attributes/stage", params });
  await metadata.set("instance/attributes/stage", "production");
  expect(await change).toBe("production");
});

test("the program tries again when the server is busy", async ({ metadata }) => {
  await metadata.fault({ path: "**/project-id", status: 503, times: 1 });
  expect(await gcpMetadata.project("project-id")).toBe("my-project");
  expect(metadata.requests().map(({ status }) => status)).toEqual([503, 200]);
});
