/** The page's own logic, without a browser. */
import { describe, expect, it } from "vitest";
import type { RequestEvent } from "../../../worker/inspector/messages.ts";
import { curlOf, jsonLines, lifeTime, matches } from "../../../worker/inspector/page/format.ts";
import { parseScenario } from "../../../worker/inspector/page/scenario.ts";
import { createEventReader } from "../../../worker/inspector/page/server-events.ts";
import { emptyState, reduce, type State } from "../../../worker/inspector/page/state.ts";

const request: RequestEvent = {
  id: 1,
  time: "2026-11-24T12:00:00.000Z",
  method: "GET",
  path: "/computeMetadata/v1/instance/id?a='b'",
  status: 503,
  ms: 1.5,
  client: "google-auth/2.53.0 python/3.13.1",
  fault: "status 503",
  request: {
    headers: [
      ["Host", "x"],
      ["Metadata-Flavor", "Google"],
    ],
  },
  answer: { headers: [], body: "", cut: false },
};

describe("The reader of server-sent events", () => {
  it("takes pieces that end anywhere, and skips comments", () => {
    const text = 'event: a\ndata: {"x":1}\n\n: still here\n\nevent: b\ndata: 2\n\n';
    const read = createEventReader();
    const events = [...text].flatMap((character) => read(character));
    expect(events).toEqual([
      { name: "a", data: '{"x":1}' },
      { name: "b", data: "2" },
    ]);
  });
});

describe("The state", () => {
  const reduced = (events: readonly (readonly [string, unknown])[], from: State = emptyState) =>
    events.reduce((state, [name, data]) => reduce(state, name, JSON.stringify(data), 1_000), from);
  const hello = { version: "1", runtime: "node", preset: "vm", now: 6_000, started: 5 };
  const tree = (value: string) => ({
    version: 1,
    changed: [],
    root: {
      path: "",
      name: "",
      json: "",
      kind: "directory",
      children: [{ path: "k", name: "k", json: "k", kind: "text", value }],
    },
  });

  it("knows how far the server's clock is ahead", () => {
    expect(reduced([["hello", hello]]).ahead).toBe(5_000);
  });

  it("has each request once, newest first, over a reconnection to the same server", () => {
    const once = reduced([
      ["hello", hello],
      ["request", request],
      ["request", { ...request, id: 2 }],
    ]);
    const again = reduced(
      [
        ["hello", hello],
        ["request", request],
        ["request", { ...request, id: 3 }],
      ],
      once,
    );
    expect(again.requests.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(reduced([["hello", { ...hello, started: 6 }]], again).requests).toEqual([]);
  });

  it("notes which values became others", () => {
    const { changes } = reduced([
      ["tree", tree("a")],
      ["tree", tree("b")],
      ["tree", tree("b")],
    ]);
    expect(changes).toEqual([{ at: 1_000, path: "k", before: "a", after: "b" }]);
  });

  it("passes over events that it does not know", () => {
    expect(
      reduced([
        ["news", {}],
        ["constructor", {}],
      ]),
    ).toBe(emptyState);
  });
});

describe("A request taken elsewhere", () => {
  it("is a curl command with its own headers, quoted for a shell", () => {
    expect(curlOf(request, "http://127.0.0.1:8080")).toBe(
      `curl -s -i -H 'Metadata-Flavor: Google' 'http://127.0.0.1:8080/computeMetadata/v1/instance/id?a='\\''b'\\'''`,
    );
    expect(curlOf({ ...request, method: "PUT" }, "http://h")).toContain("-X PUT");
  });

  it("is a line of JSON, oldest first", () => {
    const lines = jsonLines([{ ...request, id: 2 }, request])
      .trimEnd()
      .split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([request, { ...request, id: 2 }]);
  });
});

describe("The filter", () => {
  it.each([
    ["", true],
    ["PYTHON 503", true],
    ["fault instance/id", true],
    ["python 200", false],
  ])("%j keeps the request: %s", (filter, kept) => {
    expect(matches(request, filter)).toBe(kept);
  });
});

it.each([
  [0, "expired"],
  [59_999, "59 s"],
  [61_000, "1 min 1 s"],
  [3_661_000, "1 h 1 min"],
])("%i ms is shown as %s", (ms, text) => {
  expect(lifeTime(ms)).toBe(text);
});

describe("A scenario", () => {
  it("becomes calls of the control API in the order of their times", () => {
    const steps = parseScenario(`[
      {"at":"1m30s","event":{"type":"preemption"}},
      {"at":0.5,"set":{"instance/attributes/a b":"1"},"delete":["instance/attributes/c"]}]`);
    expect(steps).toMatchObject([
      {
        atMs: 500,
        calls: [
          { method: "PUT", path: "metadata/instance/attributes/a%20b", body: '"1"' },
          { method: "DELETE", path: "metadata/instance/attributes/c" },
        ],
      },
      { atMs: 90_000, label: "event preemption", calls: [{ method: "POST", path: "events" }] },
    ]);
  });

  it.each([
    ['[{"at":"soon","event":{}}]', /Step 1: "at"/],
    ['[{"at":"1s"}]', /Step 1 does nothing/],
    ['[{"at":"1s","evnt":{}}]', /Step 1: "evnt" is none of/],
    ["[3]", /Step 1 is not an object/],
    ["[", /JSON/],
  ])("%s is refused", (text, message) => {
    expect(() => parseScenario(text)).toThrow(message);
  });
});
