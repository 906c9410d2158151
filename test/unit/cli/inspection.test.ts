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

describe("every mistake at once", () => {
  const file = (name: string, content: object) => {
    const path = join(mkdtempSync(join(tmpdir(), "gme-mistakes-")), name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const nowhere = join(tmpdir(), "gme-mistakes-none");
  const source = (source: object) => ({ source });
  const tangled = file("c.json", {
    accounts: {
      x: source({ type: "fil", pth: "k" }),
      y: source({ type: "static" }),
      z: source({ type: "impersonated", serviceAccount: "a@example.com", base: "nobody" }),
    },
    scenario: [{ at: 1, event: { type: "x" } }],
  });
  const account = "https://evil2.example/v1/projects/-/serviceAccounts/a@example.com:generateAccessToken";
  const foreign = file("ext.json", {
    type: "external_account",
    audience: "//iam.googleapis.com/x",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    credential_source: { file: "token" },
    token_url: "https://evil1.example/v1/token",
    service_account_impersonation_url: account,
  });

  it.each<[string, string[], Record<string, string>, string[]]>([
    [
      "of files",
      [
        ...["--port", "99999", "--config", `${nowhere}.json`, "--metadata-dir", nowhere],
        ...["--service-account-file", `${nowhere}.json`, "--state", join(nowhere, "state")],
      ],
      {},
      ["--port: ", "--state: ", "--config: ", "--service-account-file: ", "--metadata-dir: "],
    ],
    [
      "of flags",
      ["--port", "x", "--log-level", "loud", "--log-format", "xml", "--preset", "vmm", "--port", "y"],
      {},
      ["--port: ", "--preset: ", "--log-level: ", "--log-format: "],
    ],
    [
      "of variables",
      ["--prot", "1"],
      {
        LOG_LEVEL: "loud",
        METADATA_CONFIG_FILE: `${nowhere}.json`,
        GOOGLE_APPLICATION_CREDENTIALS: `${nowhere}.json`,
        GOOGLE_INSTANCE_ID: "y",
      },
      [
        'Unknown flag "--prot": ',
        "METADATA_CONFIG_FILE: ",
        "LOG_LEVEL: ",
        "GOOGLE_INSTANCE_ID: ",
        "GOOGLE_APPLICATION_CREDENTIALS: ",
      ],
    ],
    [
      "of a configuration",
      ["--config", tangled],
      {},
      [
        "scenario[0].event.type: ",
        "accounts.z.source.base: ",
        "Cannot use accounts.x.source: type: ",
        "Cannot use accounts.y.source: accessToken: ",
      ],
    ],
    [
      "of a credential file",
      ["--service-account-file", foreign],
      {},
      [`Cannot use credential file "${foreign}": token_url: `, "service_account_impersonation_url: "],
    ],
    [
      "and none that follows from another",
      ["--config", tangled, "--confg", "x", "--impersonate"],
      {},
      ['Unknown flag "--confg": '],
    ],
  ])("%s", async (_, args, env, lines) => {
    const expected = lines.map((line) => expect.stringContaining(line));
    for (const command of [["config", "check"], ["serve"], ["exec"]]) {
      // `exec` has a mistake of its own.
      const own = command[0] === "exec" ? ["Nothing to run"].map((line) => expect.stringContaining(line)) : [];
      const { code, stderr, stdout } = await runProgram([...command, ...args], { env });
      const told = stderr.trimEnd().split("\n");
      expect([code, stdout, told.length]).toEqual([2, "", lines.length + own.length]);
      expect(told).toEqual(expect.arrayContaining([...expected, ...own]));
    }
  });

  it("of `config explain`, too", async () => {
    const args = ["config", "explain", "--as", "{", "--port", "x", "--config", `${nowhere}.json`];
    const { code, stderr } = await runProgram(args);
    expect([
      code,
      stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ]).toEqual([2, ["--port", "--as", "--config"]]);
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
