/** Which descriptors a service manager has meant for this process (sd_listen_fds(3)). */
import { describe, expect, it } from "vitest";
import { inheritedSockets } from "../../../worker/entry/listen/activation.ts";

describe("the sockets of a service manager", () => {
  it.for([
    ["one socket", { LISTEN_PID: "7", LISTEN_FDS: "1" }, [3]],
    ["three sockets", { LISTEN_PID: "7", LISTEN_FDS: "3" }, [3, 4, 5]],
    ["those of another process", { LISTEN_PID: "8", LISTEN_FDS: "1" }, []],
    ["a count without a process", { LISTEN_FDS: "1" }, []],
    ["a count that is none", { LISTEN_PID: "7", LISTEN_FDS: "some" }, []],
    ["no socket", { LISTEN_PID: "7", LISTEN_FDS: "0" }, []],
    ["nothing", {}, []],
  ] as const)("%s", ([, env, expected]) => {
    expect(inheritedSockets(env, 7)).toEqual(expected);
  });
});
