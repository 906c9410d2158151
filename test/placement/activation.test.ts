/**
 * Sockets of a service manager, opened by systemd's own program for trying that, and the units of deploy/systemd.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSession, type Session } from "./session.ts";

const execute = promisify(execFile);
const server = "node worker/entry/node.ts serve";
const path = "/computeMetadata/v1/project/project-id";
const ask = (at: string) => `curl -s --max-time 20 -H "Metadata-Flavor: Google" ${at}${path}`;

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

describe("serve, started by a socket", () => {
  it("answers on every socket that it was given", async () => {
    await session.block(`systemd-socket-activate -l 127.0.0.1:8080 -l '[::1]:8080' ${server}`);
    expect(await session.run(ask("http://[::1]:8080"))).toBe("emulated-project");
    expect(await session.run(ask("http://127.0.0.1:8080"))).toBe("emulated-project");
  });

  it("answers on a Unix socket", async () => {
    await session.block(`systemd-socket-activate -l /tmp/gme-activated.sock ${server}`);
    const at = "--unix-socket /tmp/gme-activated.sock http://metadata";
    expect(await session.run(ask(at))).toBe("emulated-project");
    await session.run("rm /tmp/gme-activated.sock");
  });

  it.for([
    [`${server} --port 8080`, "--port: The service manager has opened the sockets; leave the flag out"],
    [
      "bun worker/entry/bun.ts serve",
      "LISTEN_FDS: The sockets of a service manager can be taken over on Node, not on bun",
    ],
    [
      "deno run -A worker/entry/deno.ts serve",
      "LISTEN_FDS: The sockets of a service manager can be taken over on Node, not on deno",
    ],
  ] as const)("%s: refuses with code 2", async ([command, sentence]) => {
    // What systemd does, without a connection that starts it.
    const started = `LISTEN_FDS=1 LISTEN_PID=$BASHPID exec ${command} 2>&1 3</dev/null`;
    expect(await session.run(`(${started}) || echo "code $?"`)).toBe(`${sentence}\ncode 2\n`);
  });

  it("does not take the sockets of its parent for its own", async () => {
    await session.block(`LISTEN_FDS=1 LISTEN_PID=$$ npx gce-metadata-emulator serve --port 8080 | cat`);
    expect(await session.run(ask("http://127.0.0.1:8080"))).toBe("emulated-project");
  });
});

describe("deploy/systemd", () => {
  it("has units that systemd accepts", async () => {
    const units = ["gce-metadata.socket", "gce-metadata.service"].map((name) => `deploy/systemd/${name}`);
    const { stderr } = await execute("systemd-analyze", ["verify", "--man=no", ...units]);
    expect(stderr.split("\n").filter((line) => line.includes("deploy/systemd"))).toEqual([]);
  });

  it("has a socket that puts the address on lo, takes port 80 there, and takes the address away again", async () => {
    const unit = readFileSync("deploy/systemd/gce-metadata.socket", "utf8");
    const value = (name: string) => new RegExp(`^${name}=(.+)$`, "m").exec(unit)?.[1] ?? "";
    await session.run(value("ExecStartPre"));
    await session.block(`systemd-socket-activate -l ${value("ListenStream")} ${server}`);
    expect(await session.run(ask("http://169.254.169.254"))).toBe("emulated-project");
    await session.run(value("ExecStopPost"));
    expect(await session.run("ip address show dev lo")).not.toContain("169.254");
  });
});
