/**
 * `env` and `completion`: what shells make of what is printed. Shells that a machine lacks are judged by their text.
 */
import { execFileSync } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { shells } from "../../../worker/entry/cli/shells.ts";
import { runProgram } from "./program.ts";

// Each test starts programs, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const nasty = `a'b"c$(echo x)\`echo y\` \\ d`;
const changes = { set: { A: nasty, B: "127.0.0.1:8080" }, unset: ["OLD", "OTHER"] };
const bash = (script: string, env: Record<string, string> = {}) =>
  execFileSync("bash", ["--norc", "-c", script], {
    env: { PATH: process.env.PATH ?? "", ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

describe("shells", () => {
  it("bash: sets values to the letter, adds to NO_PROXY, unsets", () => {
    const script = `${shells.bash(changes)}\nprintf '%s|%s|%s|%s' "$A" "$B" "$NO_PROXY" "\${OLD-gone}"`;
    expect(bash(script, { OLD: "1", NO_PROXY: "corp" })).toBe(
      `${nasty}|127.0.0.1:8080|corp,127.0.0.1,169.254.169.254,metadata.google.internal|gone`,
    );
  });

  it("dotenv: bash, which reads such files too, gets plain values", () => {
    const script = `set -a\n${shells.dotenv({ set: { B: "127.0.0.1:8080", C: "a b" }, unset: [] })}\nprintf '%s|%s' "$B" "$C"`;
    expect(bash(script)).toBe("127.0.0.1:8080|a b");
  });

  it("fish and PowerShell: quotes are doubled or escaped as each wants it", () => {
    expect(shells.fish(changes)).toContain(`set -gx A 'a\\'b"c$(echo x)\`echo y\` \\\\ d'`);
    expect(shells.fish(changes)).toContain("set -e OLD\nset -e OTHER");
    expect(shells.powershell(changes)).toContain(`$env:A = 'a''b"c$(echo x)\`echo y\` \\ d'`);
    expect(shells.powershell(changes)).toContain("Remove-Item Env:OLD -ErrorAction SilentlyContinue");
  });

  it("docker: an env file, which knows no quotes", () => {
    expect(shells.docker({ set: { B: "h:1" }, unset: ["OLD"] })).toMatch(/^B=h:1\nNO_PROXY=\S+$/);
  });

  it("json: null for what is to be unset", () => {
    expect(JSON.parse(shells.json(changes))).toMatchObject({ A: nasty, OLD: null, OTHER: null });
  });
});

describe("env", () => {
  it("prints for bash and port 8080 unless told otherwise", async () => {
    const { code, stdout } = await runProgram(["env"]);
    expect(code).toBe(0);
    expect(bash(`${stdout}\necho "$GCE_METADATA_HOST $METADATA_SERVER_DETECTION"`)).toBe(
      "127.0.0.1:8080 assume-present\n",
    );
    const json = await runProgram(["env", "--shell", "json", "--port=18080", "--host", "::1"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ GCE_METADATA_HOST: "[::1]:18080" });
    const docker = await runProgram(["env", "--shell=docker"]);
    expect(docker.stdout).toContain("GCE_METADATA_HOST=host.docker.internal:8080\n");
  });

  it.each([
    [["env", "--shell", "bsh"], 'did you mean "bash"?'],
    [["env", "--shel", "bash"], 'did you mean "--shell"?'],
    [["env", "--port", "x"], "--port: Must be a port"],
    [["env", "--host", "a b"], "--host: Must be a host name"],
    [["env", "--shell"], "--shell: Needs a value"],
    [["env", "fish"], "Unexpected argument"],
  ])("refuses %j with 2", async (args, part) => {
    const { code, stderr, stdout } = await runProgram(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(part);
  });
});

describe("completion", () => {
  const completed = async (words: readonly string[]) => {
    const { stdout } = await runProgram(["completion", "bash"]);
    const typed = words.map((word) => `'${word}'`).join(" ");
    const script = `${stdout}\nCOMP_WORDS=(gce-metadata-emulator ${typed}); COMP_CWORD=${words.length}\n_gce_metadata_emulator\necho "\${COMPREPLY[@]}"`;
    return bash(script).trim().split(" ");
  };

  it("bash: completes commands, flags and the values of flags", async () => {
    expect(await completed(["ex"])).toEqual(["exec"]);
    expect(await completed(["serve", "--project"])).toEqual(["--project-id"]);
    expect(await completed(["serve", "--preset", "c"])).toEqual(["cloud-run"]);
  });

  it("prints for zsh and fish, and refuses another", async () => {
    expect((await runProgram(["completion", "zsh"])).stdout).toMatch(/^#compdef gce-metadata-emulator\n/);
    expect((await runProgram(["completion", "fish"])).stdout).toContain("-l project-id -r -d 'project id'");
    expect((await runProgram(["completion", "tcsh"])).code).toBe(2);
  });
});
