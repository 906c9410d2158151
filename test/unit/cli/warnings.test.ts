/** What the start warns of: addresses that other machines reach, and files that other users may read. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlagValues } from "../../../worker/config/flag-values.ts";
import { startWarnings } from "../../../worker/entry/cli/warnings.ts";
import type { Address } from "../../../worker/entry/listen/types.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "warnings-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const here: Address = { host: "127.0.0.1", port: 1 };

describe("An address", () => {
  it.each(["127.0.0.1", "127.1.2.3", "localhost", "LocalHost", "::1"])(
    "of this machine is no warning: %s",
    async (host) => {
      expect(await startWarnings({}, { host, port: 1 }, {})).toEqual([]);
    },
  );

  it("that is a Unix socket is none either", async () => {
    expect(await startWarnings({}, { unixSocket: "/run/m.sock" }, {})).toEqual([]);
  });

  it.each(["0.0.0.0", "::", "192.0.2.1", "::1234", "127.0.0.1.example.com", "localhost.example.com", "my-localhost"])(
    "that others reach is told: %s",
    async (host) => {
      const [warning, ...others] = await startWarnings({}, { host, port: 1 }, {});
      expect(warning).toMatch(/whoever reaches this address from another machine gets tokens of your account/);
      expect(others).toEqual([]);
    },
  );
});

describe.runIf(process.platform !== "win32")("A file", () => {
  it.each<[string, (path: string) => FlagValues, string]>([
    ["--service-account-file", (path) => ({ serviceAccountFile: path }), ""],
    ["--config", (path) => ({ config: path }), ""],
    ["--state", (path) => ({ state: path }), ""],
    ["GOOGLE_APPLICATION_CREDENTIALS", () => ({}), "GOOGLE_APPLICATION_CREDENTIALS"],
    ["--config", () => ({}), "METADATA_CONFIG_FILE"],
  ])("of %s that others may read is told", async (name, flags, variable) => {
    const path = join(folder, "file");
    await writeFile(path, "{}");
    const warnings = () => startWarnings(flags(path), here, { [variable]: path });
    for (const mode of [0o644, 0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      const told = new RegExp(`^${name}: other users .* may read "${path}"`);
      expect(await warnings()).toEqual([expect.stringMatching(told)]);
    }
    await chmod(path, 0o600);
    expect(await warnings()).toEqual([]);
  });

  it("that is not there is told by whoever reads it", async () => {
    expect(await startWarnings({ config: join(folder, "missing") }, here, {})).toEqual([]);
  });
});
