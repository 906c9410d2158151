/**
 * The control API over the wire (interface.md "Control API"), on every runtime.
 *
 * @module
 */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { headerValues, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";

const runtime = inject("runtime");
const token = "the-control-token-of-this-test";
const bearer = ["Authorization", `Bearer ${token}`] as const;
const instance = "/computeMetadata/v1/instance";
const initial = { color: "red", "enable-guest-attributes": "TRUE" };

let server: RunningServer;
let closed: RunningServer;

beforeAll(async () => {
  const config = { metadata: { instance: { attributes: initial } } };
  [server, closed] = await Promise.all([
    startServer(runtime, { config, flags: ["--control-token", token] }),
    startServer(runtime, { config }),
  ]);
});

afterAll(() => Promise.all([server?.stop(), closed?.stop()]));

beforeEach(async () => {
  await control("PUT", "metadata/instance/attributes", initial);
  await control("DELETE", "faults");
});

/** A control call as curl makes it: without Metadata-Flavor. */
function control(
  method: string,
  path: string,
  body?: unknown,
  headers: readonly (readonly [string, string])[] = [bearer],
): Promise<RawResponse> {
  return rawRequest(server.port, {
    method,
    target: `/emulator/v1/${path}`,
    headers: [["Host", "localhost"], ...headers],
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function read(target: string): Promise<RawResponse> {
  const headers = [
    ["Host", "metadata.google.internal"],
    ["Metadata-Flavor", "Google"],
    ["User-Agent", "the-test/1"],
  ] as const;
  return rawRequest(server.port, { target, headers });
}

const json = (response: RawResponse): unknown => JSON.parse(response.body.toString());

const calls: readonly (readonly [method: string, path: string, body?: object | string])[] = [
  ["GET", "metadata/instance/attributes/color"],
  ["PUT", "metadata/instance/attributes/color", "blue"],
  ["PATCH", "metadata/instance", {}],
  ["DELETE", "metadata/instance/attributes/color"],
  ["POST", "events", { type: "preemption" }],
  ["PUT", "faults", []],
  ["DELETE", "faults"],
  ["GET", "requests"],
  ["DELETE", "requests"],
];

describe(`The door of the control API on ${runtime}`, () => {
  it.each(calls.map(([method, path]) => [method, path] as const))(
    "does not exist without a configured token: %s %s",
    async (method, path) => {
      const response = await rawRequest(closed.port, {
        method,
        target: `/emulator/v1/${path}`,
        headers: [["Host", "localhost"], bearer],
      });
      expect(response.status).toBe(404);
    },
  );

  it.each(calls.map(([method, path, body]) => [method, path, body] as const))(
    "is shut without the token, and for a wrong one: %s %s",
    async (method, path, body) => {
      for (const headers of [
        [],
        [["Authorization", "Bearer wrong"]],
        [["Authorization", `Bearer ${token}x`]],
        [["Authorization", `Basic ${token}`]],
        [["Authorization", token]],
        [["Cookie", `token=${token}`]],
      ] as [string, string][][]) {
        const response = await control(method, path, body, headers);
        expect(response.status).toBe(401);
        expect(headerValues(response, "WWW-Authenticate")).toEqual(["Bearer"]);
      }
      expect((await control("GET", "metadata/instance/attributes/color")).body.toString()).toBe('"red"');
    },
  );

  it("takes no token from the query", async () => {
    expect((await control("GET", `requests?token=${token}&access_token=${token}`, undefined, [])).status).toBe(401);
  });

  it.each([
    ["Origin", "https://evil.example"],
    ["Sec-Fetch-Site", "cross-site"],
    ["Sec-Fetch-Site", "same-site"],
    ["X-Forwarded-For", ""],
  ] as const)("is shut for a request with %s: %s, token or not", async (name, value) => {
    const response = await control("DELETE", "metadata/instance/attributes/color", undefined, [bearer, [name, value]]);
    expect(response.status).toBe(403);
    expect(headerValues(response, "Access-Control-Allow-Origin")).toEqual([]);
    expect((await control("GET", "metadata/instance/attributes/color")).status).toBe(200);
  });

  it("is shut for a foreign Host", async () => {
    const headers = [["Host", "evil.example"], bearer] as const;
    expect((await rawRequest(server.port, { target: "/emulator/v1/requests", headers })).status).toBe(403);
  });

  it("answers a preflight with 405", async () => {
    expect((await control("OPTIONS", "faults")).status).toBe(405);
  });

  it("leaves health open", async () => {
    expect(json(await control("GET", "health", undefined, []))).toMatchObject({
      status: "ok",
      version: expect.any(String),
    });
  });

  it("names the methods of a path", async () => {
    const response = await control("POST", "metadata/instance", {});
    expect(response.status).toBe(405);
    expect(headerValues(response, "Allow")).toEqual(["GET, HEAD, PUT, PATCH, DELETE"]);
  });
});

describe(`Metadata by the control API on ${runtime}`, () => {
  it("is read, put, merged and deleted, and readers see it at once", async () => {
    expect(json(await control("GET", "metadata/instance/attributes"))).toEqual(initial);
    expect((await control("PUT", "metadata/instance/attributes/color", "blue")).status).toBe(204);
    expect((await read(`${instance}/attributes/color`)).body.toString()).toBe("blue");
    expect((await control("PATCH", "metadata/instance/attributes", { color: null, size: "xl" })).status).toBe(204);
    expect((await read(`${instance}/attributes/`)).body.toString()).toBe("enable-guest-attributes\nsize\n");
    expect((await control("DELETE", "metadata/instance/attributes/size")).status).toBe(204);
    expect((await control("DELETE", "metadata/instance/attributes/size")).status).toBe(404);
    expect((await control("GET", "metadata/instance/attributes/size")).status).toBe(404);
  });

  it("wakes who waits", async () => {
    const answer = read(`${instance}/attributes/color?wait_for_change=true&last_etag=0`);
    const etag = headerValues(await answer, "ETag")[0];
    const waiting = read(`${instance}/attributes/color?wait_for_change=true&last_etag=${etag}&timeout_sec=20`);
    await control("PUT", "metadata/instance/attributes/color", "green");
    expect((await waiting).body.toString()).toBe("green");
  });

  it.each([
    ["no JSON", "metadata/instance/attributes/color", "{", "not valid JSON"],
    ["nothing", "metadata/instance/attributes/color", "", "not valid JSON"],
    [
      "bytes that are no UTF-8",
      "metadata/instance/attributes/color",
      Buffer.from([0x22, 0xff, 0x22]),
      "not valid JSON",
    ],
    ["an attribute that is no string", "metadata/instance/attributes/color", "5", "instance/attributes/color"],
    ["a leaf in place of a directory", "metadata/instance/attributes", '"x"', "instance/attributes"],
    ["brackets without end", "metadata/instance/new", "[".repeat(200_000), "not valid JSON"],
  ] as const)("refuses %s with 400", async (_, path, body, reason) => {
    const headers = [["Host", "localhost"], bearer] as const;
    const response = await rawRequest(server.port, { method: "PUT", target: `/emulator/v1/${path}`, headers, body });
    expect(response.status).toBe(400);
    expect(json(response)).toEqual({ error: expect.stringContaining(reason) });
    expect(json(await control("GET", "metadata/instance/attributes"))).toEqual(initial);
  });

  it("takes a body of 1 MiB and refuses a larger one with 413", async () => {
    const value = "x".repeat(1024 * 1024 - 2);
    expect((await control("PUT", "metadata/instance/attributes/big", value)).status).toBe(204);
    expect((await control("PUT", "metadata/instance/attributes/big", `${value}y`)).status).toBe(413);
    expect((await read(`${instance}/attributes/big`)).body.length).toBe(value.length);
  });
});

describe(`Journal, events and faults on ${runtime}`, () => {
  it("keeps requests without their secrets, and forgets them when told", async () => {
    await control("DELETE", "requests");
    await read(`${instance}/id?access_token=ya29.very-secret`);
    await read(`${instance}/nothing`);
    const response = await control("GET", "requests");
    expect(response.body.toString()).not.toContain("very-secret");
    expect(json(response)).toMatchObject([
      { method: "GET", path: `${instance}/id?access_token=[redacted]`, status: 200, client: "the-test/1" },
      { path: `${instance}/nothing`, status: 404 },
    ]);
    expect((await control("DELETE", "requests")).status).toBe(204);
    expect(json(await control("GET", "requests"))).toEqual([]);
  });

  it("plays an event", async () => {
    expect((await read(`${instance}/preempted`)).body.toString()).toBe("FALSE");
    expect((await control("POST", "events", { type: "preemption" })).status).toBe(204);
    expect((await read(`${instance}/preempted`)).body.toString()).toBe("TRUE");
  });

  it.each([
    [{ type: "premption" }, "preemption"],
    [{ type: "preemption", dely: "1s" }, "delay"],
    [{ type: "preemption", delay: "soon" }, "event.delay"],
    [["preemption"], "event"],
  ])("refuses the event %j with the field's name", async (event, reason) => {
    const response = await control("POST", "events", event);
    expect(response.status).toBe(400);
    expect(json(response)).toEqual({ error: expect.stringContaining(reason) });
  });

  it("injects a fault as often as it says, and shows it in the journal", async () => {
    await control("DELETE", "requests");
    const rule = { path: "**/id", status: 503, delayMs: 0, body: '{"gone":true}', times: 1 };
    expect((await control("PUT", "faults", [rule])).status).toBe(204);
    expect(json(await control("GET", "faults"))).toEqual([rule]);
    const struck = await read(`${instance}/id`);
    expect([struck.status, struck.body.toString()]).toEqual([503, '{"gone":true}']);
    expect(headerValues(struck, "Metadata-Flavor")).toEqual(["Google"]);
    expect((await read(`${instance}/id`)).status).toBe(200);
    expect(json(await control("GET", "faults"))).toEqual([]);
    expect(json(await control("GET", "requests"))).toMatchObject([
      { status: 503, fault: "status 503, body (**/id)" },
      { status: 200 },
    ]);
  });

  it.each([
    [[{ path: "**" }], "faults[0]"],
    [
      [
        { path: "**", status: 503 },
        { path: "**", staus: 503 },
      ],
      "faults[1].staus",
    ],
    [[{ path: "**", status: 99 }], "faults[0].status"],
    ["everything", "faults"],
    // One rule is no list; a list is what the call takes.
    [{ path: "**", status: 503 }, "faults: Must be a list of rules"],
  ])("refuses the faults %j with the field's name, and keeps the old ones", async (rules, reason) => {
    const good = [{ path: "**/nothing", status: 500 }];
    await control("PUT", "faults", good);
    const response = await control("PUT", "faults", rules);
    expect(response.status).toBe(400);
    expect(json(response)).toEqual({ error: expect.stringContaining(reason) });
    expect(json(await control("GET", "faults"))).toEqual(good);
  });
});
