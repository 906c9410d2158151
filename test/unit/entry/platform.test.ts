/** Programs as a process runs them: no shell, no environment but the given one, no longer and no more than they may. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../../worker/entry/platform.ts";

const env = { PATH: process.env.PATH ?? "" };
const never = { env, timeoutMs: 30_000 };

describe("A program", () => {
  it("is started without a shell: its words stay what they are", async () => {
    const folder = await mkdtemp(join(tmpdir(), "program-"));
    const file = join(folder, "made");
    const words = ["$HOME", "*", `; touch ${file}`, `$(touch ${file})`];
    const { exitCode, stdout } = await run(["printf", "%s\n", ...words], never);
    expect([exitCode, stdout]).toEqual([0, `${words.join("\n")}\n`]);
    expect(existsSync(file)).toBe(false);
    await rm(folder, { recursive: true });
  });

  it("has the given environment and nothing else of ours", async () => {
    process.env.OF_THE_SERVER = "secret";
    const { stdout } = await run(["env"], { ...never, env: { ...env, GIVEN: "1" } });
    delete process.env.OF_THE_SERVER;
    expect(stdout.split("\n").filter((line) => /^(?:GIVEN|OF_THE_SERVER)=/.test(line))).toEqual(["GIVEN=1"]);
  });

  it("is killed when its time is over, whatever it thinks of that", async () => {
    const deaf = ["sh", "-c", "trap '' TERM INT HUP; exec sleep 30"];
    await expect(run(deaf, { env, timeoutMs: 300 })).rejects.toThrow("no answer within 0.3 s");
  }, 10_000);

  it("is killed when nobody waits for it any more", async () => {
    const abort = new AbortController();
    const running = run(["sleep", "30"], { ...never, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(running).rejects.toThrow();
  }, 10_000);

  it("may print a mebibyte, and no more", async () => {
    const { stdout } = await run(["sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x"], never);
    expect(stdout).toHaveLength(1_000_000);
    await expect(run(["sh", "-c", "head -c 1100000 /dev/zero | tr '\\0' x"], never)).rejects.toThrow();
  });

  it("that fails gives its code and what it printed", async () => {
    expect(await run(["sh", "-c", "echo out; echo err >&2; exit 3"], never)).toEqual({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });
});
