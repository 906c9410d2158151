/**
 * What holds for the whole served tree, over HTTP: listings and answers agree, recursive output is what walking finds,
 * and no path or query makes the server stumble. Generated trees are tested in process, see test/unit/metadata.
 *
 * @module
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SetupName } from "../contract/wire/setups.ts";
import type { RunningServer } from "../harness/server.ts";
import { serverOf, startSetups, stopSetups } from "../harness/setup-servers.ts";
import { flatten, get, toJson, toText, type WalkedDirectory, walk } from "../harness/walk.ts";

const runtime = inject("runtime");
const machines = ["vm", "rich", "bare"] as const;
const names = [...machines, "captured", "documented", "gke", "cloud-run"] as const;
const v1 = "/computeMetadata/v1/";
let servers: ReadonlyMap<SetupName, RunningServer> = new Map();
const trees = new Map<SetupName, WalkedDirectory>();

beforeAll(async () => {
  servers = await startSetups(runtime, names);
  for (const name of names) trees.set(name, await walk(serverOf(servers, name).port, v1));
});

afterAll(() => stopSetups(servers));

function treeOf(name: SetupName): WalkedDirectory {
  const tree = trees.get(name);
  if (tree === undefined) throw new Error(`The tree of "${name}" was not walked`);
  return tree;
}

/** Listed, and documented not to answer 200: disabled, never configured, nothing scheduled, needs a parameter. */
const exceptions: readonly (readonly [path: RegExp, status: number])[] = [
  [/^\/instance\/guest-attributes\/$/, 403],
  [/^\/instance\/gce-workload-certificates\//, 412],
  [/^\/instance\/upcoming-maintenance$/, 503],
  [/^\/instance\/service-accounts\/[^/]+\/identity$/, 400],
];

describe.each(names)(`The tree of %s on ${runtime}`, (name) => {
  it("answers for every listed leaf and lists every listed directory", () => {
    const nodes = flatten(treeOf(name));
    const bad = nodes.filter(
      ([path, { status }]) =>
        status !== 200 && !exceptions.some(([pattern, code]) => status === code && pattern.test(path)),
    );
    expect(bad.map(([path, { status }]) => `${path} is ${status}`)).toEqual([]);
    expect(nodes.length).toBeGreaterThan(/gke|cloud-run/.test(name) ? 15 : 60);
  });

  it("is in recursive JSON what walking finds, byte for byte", async () => {
    const recursive = await get(serverOf(servers, name).port, `${v1}?recursive=true`);
    expect(recursive.body.toString()).toBe(toJson(treeOf(name)));
  });

  it("is in recursive text what walking finds", async () => {
    const recursive = await get(serverOf(servers, name).port, `${v1}?recursive=true&alt=text`);
    const lines = toText(treeOf(name));
    expect(recursive.body.toString().split("\n").sort()).toEqual(
      [...lines.flatMap((line) => line.split("\n")), ""].sort(),
    );
  });
});

describe.each(machines)(`The directories of %s on ${runtime}`, (name) => {
  it("have each their own recursive JSON", async () => {
    const { port } = serverOf(servers, name);
    const whole = flatten(treeOf(name)).filter(
      ([path, node]) =>
        node.kind === "directory" &&
        node.status === 200 &&
        /^\/(?:project|instance\/(?:disks|scheduling|service-accounts))\/$/.test(path),
    );
    for (const [path, node] of whole) {
      expect((await get(port, `${v1.slice(0, -1)}${path}?recursive=true`)).body.toString()).toBe(toJson(node));
    }
    expect(whole.length).toBe(4);
  });
});

const segment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "computeMetadata",
      "v1",
      "instance",
      "project",
      "attributes",
      "disks",
      "0",
      "service-accounts",
      "default",
      "token",
      "oslogin",
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "..",
      ".",
      "",
      "%2e%2e",
      "%2f",
      "%00",
      ";",
      "__proto__",
      "constructor",
      "%",
      "%zz",
      "%c3%28",
      "\\",
      "*",
      "tags",
      "id",
      "email",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({
      maxLength: 8,
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    }),
  },
);
const key = fc.constantFrom(
  "recursive",
  "alt",
  "timeout_sec",
  "scopes",
  "audience",
  "format",
  "licenses",
  "enforce_scopes",
  "__proto__",
  "x",
  "",
  "last_etag",
);
const value = fc.constantFrom(
  "true",
  "True",
  "false",
  "",
  "0",
  "1",
  "-1",
  "text",
  "json",
  "a%20b",
  "%ff",
  "%",
  "9".repeat(30),
  "__proto__",
  "https://x.example/?a=b",
);
const query = fc.array(
  fc.oneof(
    fc.tuple(key, value).map(([name, given]) => `${name}=${given}`),
    key,
  ),
  { maxLength: 4 },
);
// A wait gets an ETag that never matches: it must answer at once.
const wait = fc.constantFrom([], ["wait_for_change=true", "last_etag=never"]);
const prefix = fc.constantFrom("/", v1, `${v1}instance/`, `${v1}instance/service-accounts/default/`, "/emulator/v1/");

describe(`Any path and query on ${runtime}`, () => {
  it("gets an answer that is no server error, other than the documented ones", async () => {
    const { port } = serverOf(servers, "vm");
    const target = fc
      .tuple(prefix, fc.array(segment, { maxLength: 5 }), wait, query)
      .map(
        ([start, segments, waiting, more]) =>
          `${start}${segments.join("/").replaceAll(/[#?]/g, "")}?${[...waiting, ...more].join("&")}`,
      );
    await fc.assert(
      fc.asyncProperty(target, async (path) => {
        const { status, body } = await get(port, path);
        if (status === 503 && body.includes("no notifications have been received yet")) return;
        expect(status).toBeLessThan(500);
      }),
    );
  });
});
