/**
 * `config` and `doctor` as processes: what is checked, what is shown of it, and that nothing secret is.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { maskSource } from "../../../worker/entry/cli/mask.ts";
import { runProgram } from "./program.ts";

// Each test starts programs, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

function fileOf(configuration: object): string {
  const path = join(mkdtempSync(join(tmpdir(), "gme-config-")), "config.json");
  writeFileSync(path, JSON.stringify(configuration));
  return path;
}

interface Printed {
  values: Record<string, { value: unknown; from: string }>;
  accounts: Record<string, Record<string, unknown>>;
}

describe("config print", () => {
  it("tells each value and the layer that gave it, and masks secrets", async () => {
    const path = fileOf({
      preset: "cloud-run",
      metadata: { project: { projectId: "from-file" } },
      accounts: { default: { email: "a@example.com", source: { type: "static", accessToken: "s3cret-token" } } },
    });
    const args = ["--config", path, "--zone", "europe-west1-b", "--control-token", "s3cret-control"];
    const env = { GOOGLE_NUMERIC_PROJECT_ID: "123" };
    const { code, stdout } = await runProgram(["config", "print", "--json", ...args], { env });
    const { accounts, values } = JSON.parse(stdout) as Printed;
    expect([code, values]).toMatchObject([
      0,
      {
        preset: { value: "cloud-run", from: "configuration: preset" },
        "project-id": { value: "from-file", from: "configuration: metadata.project.projectId" },
        "numeric-project-id": { value: 123, from: "GOOGLE_NUMERIC_PROJECT_ID" },
        zone: { from: "--zone" },
        port: { value: 8080, from: "default" },
        "control-token": { value: "***", from: "--control-token" },
      },
    ]);
    expect(accounts.default).toMatchObject({
      email: "a@example.com",
      source: { type: "static", accessToken: "***" },
      from: "accounts.default.source",
    });
    const text = await runProgram(["config", "print", ...args], { env });
    expect(text.stdout).toMatch(/^zone +\S+ +--zone$/m);
    expect(stdout + text.stdout).not.toContain("s3cret");
  });
});

describe("config print of ids", () => {
  it.each([
    ["vm", "12345678901234567890123"],
    ["cloud-run", "0071bb481567295e".repeat(10)],
    ["cloud-run", "9".repeat(160)],
  ])("on %s keeps every digit of %s", async (preset, id) => {
    // As a bare number in the file where it is one.
    const path = fileOf({});
    writeFileSync(path, `{"metadata":{"instance":{"id":${/^[1-9]\d*$/.test(id) ? id : `"${id}"`}}}}`);
    const args = ["config", "print", "--preset", preset, "--config", path];
    expect((await runProgram(args)).stdout).toMatch(new RegExp(`^instance-id +${id} `, "m"));
    expect((await runProgram([...args, "--json"])).stdout).toMatch(new RegExp(`"value": "?${id}"?,`));
  });
});

describe("config check", () => {
  it("says that all is well, or every mistake with code 2", async () => {
    const good = await runProgram(["config", "check", "--preset", "gke"]);
    expect(good).toEqual({ code: 0, stdout: "The configuration is good: preset gke, 1 account\n", stderr: "" });
    const path = fileOf({ presett: "vm", accounts: { ci: { source: { type: "service_acount" } } } });
    const bad = await runProgram(["config", "check", "--config", path]);
    expect([bad.code, bad.stdout]).toEqual([2, ""]);
    expect(bad.stderr).toContain('presett: Unknown key, did you mean "preset"?');
    const source = fileOf({ accounts: { ci: { source: { type: "service_acount" } } } });
    expect((await runProgram(["config", "check", "--config", source])).stderr).toContain(
      'did you mean "service_account"?',
    );
  });
});

describe("config schema", () => {
  it("prints the schema that is published", async () => {
    const { stdout } = await runProgram(["config", "schema"]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync("config.schema.json", "utf8")));
  });

  it("is one of the parts there are", async () => {
    expect(await runProgram(["config", "schem"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "schema"?'),
    });
    expect((await runProgram(["config", "--help"])).stdout).toContain("Usage: gce-metadata-emulator config");
  });
});

describe("maskSource", () => {
  it("shows what is known to be harmless, however deep, and nothing else", () => {
    const source = {
      type: "impersonated",
      serviceAccount: "r@example.com",
      base: {
        type: "external_account",
        token_url: "https://sts.googleapis.com/v1/token?key=s3cret",
        client_secret: "s3cret",
        credential_source: { url: "https://user:s3cret@idp.example/t?q=s3cret", headers: { Authorization: "s3cret" } },
      },
      unheardOf: "s3cret",
    };
    const text = JSON.stringify(maskSource(source));
    expect(text).not.toContain("s3cret");
    expect(text).toContain("r@example.com");
    expect(text).toContain("https://idp.example/t?***");
  });
});

describe("doctor", () => {
  it("prints for people and for programs, and exits with 1 when something is wrong", async () => {
    const HOME = mkdtempSync(join(tmpdir(), "gme-home-"));
    const well = await runProgram(["doctor"], { env: { HOME } });
    expect([well.code, well.stdout]).toEqual([0, expect.stringContaining("ok    access token: Made for")]);
    const broken = await runProgram(["doctor", "--json", "--service-account-file", join(HOME, "none.json")], {
      env: { HOME },
    });
    const report = JSON.parse(broken.stdout) as { ok: boolean; findings: { level: string; check: string }[] };
    expect([broken.code, report.ok]).toEqual([1, false]);
    expect(report.findings.filter(({ level }) => level === "fail").map(({ check }) => check)).toEqual([
      "--service-account-file",
    ]);
    expect((await runProgram(["doctor", "--jsn"])).code).toBe(2);
  });
});
