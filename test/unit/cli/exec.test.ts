/**
 * `exec`: the server for one command, as a process.
 */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { childEnvironment } from "../../../worker/entry/cli/exec.ts";
import { runProgram } from "./program.ts";

// Each test starts programs, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const sh = (script: string) => ["sh", "-c", script];

describe("exec", () => {
  it("gives the command a server and the variables for it, and its exit code back; both are gone after it", async () => {
    const script = `
      curl -s -H "Metadata-Flavor: Google" "http://$GCE_METADATA_HOST/computeMetadata/v1/project/project-id"
      echo " $GCE_METADATA_HOST $CLOUDSDK_CONFIG"; test -d "$CLOUDSDK_CONFIG"; exit 7`;
    const { code, stderr, stdout } = await runProgram(["exec", "--project-id", "p", "--", ...sh(script)]);
    const [project, host = "", folder = ""] = stdout.trim().split(" ");
    expect([code, project, stderr]).toEqual([7, "p", ""]);
    await expect(fetch(`http://${host}/`)).rejects.toThrow();
    expect(existsSync(folder)).toBe(false);
  });

  it("passes signals on", async () => {
    const script = 'trap "echo ended; exit 3" TERM; echo up; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.5; done';
    const onOutput = (text: string, { pid }: { pid?: number | undefined }) => {
      if (text === "up\n" && pid !== undefined) process.kill(pid, "SIGTERM");
    };
    expect(await runProgram(["exec", "--", ...sh(script)], { onOutput })).toEqual({
      code: 3,
      stdout: "up\nended\n",
      stderr: "",
    });
  });

  it("ends with 128 and the number of the signal that ended the command", async () => {
    expect((await runProgram(["exec", "--", ...sh("kill -9 $$")])).code).toBe(137);
  });

  it("ends with 127 for a missing program and with 126 for one that cannot be executed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gme-exec-"));
    writeFileSync(join(folder, "plain"), "no program", { mode: 0o644 });
    const missing = await runProgram(["exec", "--", "no-such-program"]);
    const plain = await runProgram(["exec", "--", join(folder, "plain")]);
    expect([missing.code, missing.stderr]).toEqual([127, 'Cannot run "no-such-program": there is no such program\n']);
    expect([plain.code, plain.stderr]).toEqual([126, `Cannot run "${join(folder, "plain")}": it cannot be executed\n`]);
  });

  it("says that a login of gcloud below the home folder stands before the server for some clients", async () => {
    const home = mkdtempSync(join(tmpdir(), "gme-home-"));
    mkdirSync(join(home, ".config/gcloud"), { recursive: true });
    writeFileSync(join(home, ".config/gcloud/application_default_credentials.json"), "{}");
    const { code, stderr } = await runProgram(["exec", "--", "true"], { env: { HOME: home } });
    expect([code, stderr]).toEqual([0, expect.stringContaining("application_default_credentials.json exists")]);
  });

  it.each([
    [["exec"], "write the command behind --"],
    [["exec", "echo"], "Unexpected argument"],
    [["exec", "--prot", "1", "--", "true"], "did you mean --port?"],
    [["exec", "--unix-socket", "s", "--", "true"], "--unix-socket: Client libraries need a port"],
  ])("refuses %j with 2", async (args, part) => {
    const { code, stderr, stdout } = await runProgram(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(part);
  });
});

describe("childEnvironment", () => {
  it("keeps what was there, adds the server, and takes away credentials and what would shadow the server", () => {
    const env = {
      PATH: "/bin",
      NO_PROXY: "corp.example",
      GOOGLE_APPLICATION_CREDENTIALS: "key.json",
      GOOGLE_APPLICATION_CREDENTIALS_JSON: "{}",
      GOOGLE_ACCESS_TOKEN: "t",
      METADATA_CONFIG: "{}",
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: "f",
      CLOUDSDK_CONFIG: "/old",
      NO_GCE_CHECK: "true",
      GONE: undefined,
    };
    const got = childEnvironment(env, "127.0.0.1:41234", "/fresh");
    expect(got).toMatchObject({
      PATH: "/bin",
      GCE_METADATA_HOST: "127.0.0.1:41234",
      GCE_METADATA_IP: "127.0.0.1:41234",
      GCE_METADATA_ROOT: "127.0.0.1:41234",
      METADATA_SERVER_DETECTION: "assume-present",
      CLOUDSDK_CONFIG: "/fresh",
      NO_PROXY: "corp.example,127.0.0.1,169.254.169.254,metadata.google.internal",
      no_proxy: "127.0.0.1,169.254.169.254,metadata.google.internal",
    });
    const names = Object.keys(got);
    for (const name of Object.keys(env).filter((each) =>
      /^(?:GOOGLE_|METADATA_CONFIG|CLOUDSDK_AUTH|NO_GCE|GONE)/.test(each),
    ))
      expect(names).not.toContain(name);
  });
});
