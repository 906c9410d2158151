/**
 * The server held to docs/openapi.json, on every runtime: each operation answers as described, every described status is
 * shown, and methods that are not described are refused.
 *
 * @module
 */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { headerValues, type RawResponse, rawRequest } from "../harness/raw.ts";
import { type RunningServer, startServer } from "../harness/server.ts";
import { cases, configuration, exampleStatus, unshown } from "../openapi/cases.ts";
import { Conformance, type Described, operationsOf } from "../openapi/check.ts";
import { openApiDocument } from "../openapi/document.ts";
import { controlToken, type Instead, needs, requestOf } from "../openapi/requests.ts";

const runtime = inject("runtime");
const document = openApiDocument();
const conformance = new Conformance(document);
const operations = operationsOf(document);
const byId = new Map(operations.map((each) => [each.operation.operationId, each]));
const seen = new Set<string>();

let open: RunningServer;
let closed: RunningServer;
let gke: RunningServer;
let tree = "";

beforeAll(async () => {
  const flags = ["--control-token", controlToken];
  [open, closed, gke] = await Promise.all([
    startServer(runtime, { config: configuration, flags }),
    startServer(runtime, { config: { metadata: {} } }),
    startServer(runtime, { flags: ["--preset", "gke"] }),
  ]);
  tree = (await rawRequest(open.port, requestOf(conformance, get("getRoot")))).body.toString();
});
// Some examples leave little of the tree.
beforeEach(async () => {
  expect((await rawRequest(open.port, requestOf(conformance, get("putRoot"), { body: tree }))).status).toBe(204);
});
afterAll(() => Promise.all([open?.stop(), closed?.stop(), gke?.stop()]));

/** Sends the operation's example, changed, and holds the answer to the description. */
async function show(described: Described, status: number, instead: Instead = {}, server = open): Promise<RawResponse> {
  const response = await rawRequest(server.port, requestOf(conformance, described, instead));
  expect({
    status: response.status,
    problems: conformance.problems(described, response, instead.method === "HEAD"),
  }).toEqual({ status, problems: [] });
  seen.add(`${described.operation.operationId} ${status}`);
  return response;
}

/** What the example of an operation is answered with. */
function statusOf({ operation }: Described): number {
  return (
    exampleStatus[operation.operationId] ??
    Number(Object.keys(operation.responses).find((status) => /^[23]/.test(status)) ?? 404)
  );
}

const endless = "getStream";
const ordered = operations.filter(({ operation }) => operation.operationId !== endless);
const label = ({ method, path }: Described) => `${method.toUpperCase()} ${path}`;
const each = ordered.map((described) => [label(described), described] as const);
const needing = (what: string) => each.filter(([, described]) => needs(described) === what);

describe(`The description on ${runtime}`, () => {
  it.each(each)("is kept by the example of %s", async (_, described) => {
    await show(described, statusOf(described));
  });

  it.each(cases.map((given) => [`${given.id} ${given.status} ${given.query ?? given.path ?? ""}`, given] as const))(
    "is kept by %s",
    async (_, { id, status, ...instead }) => {
      const described = byId.get(id);
      expect(described).toBeDefined();
      if (described !== undefined) await show(described, status, instead);
    },
  );

  it("is kept by a session of OS Login", async () => {
    const { continueSession, startSession } = Object.fromEntries(byId) as Record<string, Described>;
    if (startSession === undefined || continueSession === undefined) throw new Error("There are no sessions");
    const started = JSON.parse((await show(startSession, 200)).body.toString()) as { sessionId: string };
    const path = continueSession.path.replace("{session}", started.sessionId);
    await show(continueSession, 200, { path, body: '{"email":"jane@example.com","action":"RESPOND"}' });
    await show(continueSession, 200, { path });
    await show(continueSession, 400, { path });
  });

  it("is kept by what a token says of itself", async () => {
    const token = await rawRequest(open.port, requestOf(conformance, get("getIdentityToken")));
    const access = await rawRequest(open.port, requestOf(conformance, get("getAccessToken")));
    const { access_token: value } = JSON.parse(access.body.toString()) as { access_token: string };
    await show(get("getTokenInfo"), 200, { query: `id_token=${token.body.toString()}` });
    await show(get("getTokenInfo"), 200, { query: `access_token=${value}` });
  });

  it("is kept by the stream's first event", async () => {
    const { headers = [], target } = requestOf(conformance, get(endless));
    const abort = new AbortController();
    const response = await fetch(`${open.origin}${target}`, {
      headers: [...headers].map(([a, b]) => [a, b] as [string, string]),
      signal: abort.signal,
    });
    const first = await response.body?.getReader().read();
    abort.abort();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(new TextDecoder().decode(first?.value)).toMatch(/^(?:event|data|id|retry|:)/);
    seen.add(`${endless} 200`);
    await show(get(endless), 401, { headers: { Authorization: null } });
    await show(get(endless), 404, {}, closed);
    await show(get(endless), 403, { headers: { Host: "evil.example.com" } });
    await show(get(endless), 400, { headers: { Host: "a b" } });
  });

  it.each(each.filter(([, { method }]) => method === "get"))("is kept by HEAD for %s", async (_, described) => {
    const got = await show(described, statusOf(described));
    const head = await show(described, statusOf(described), { method: "HEAD" });
    expect(head.body.length).toBe(0);
    expect(headerValues(head, "Content-Type")).toEqual(headerValues(got, "Content-Type"));
  });

  // Side by side: they end their connections, and Deno takes a second for that.
  it.concurrent.each(needing("flavor"))("lets nobody in without the flavor: %s", async (_, described) => {
    const response = await show(described, 403, { headers: { "Metadata-Flavor": null } });
    expect(response.body.toString()).not.toMatch(/ya29\.|eyJ/);
    await show(described, 403, { headers: { "Metadata-Flavor": "google" } });
  });

  it.each(needing("control"))("lets nobody in without the control token: %s", async (_, described) => {
    await show(described, 401, { headers: { Authorization: null } });
    await show(described, 404, {}, closed);
  });

  it.each(each)("lets no strangers in: %s", async (_, described) => {
    await show(described, 403, { headers: { Host: "evil.example.com" } });
    await show(described, 403, { headers: { "X-Forwarded-For": "" } });
    await show(described, 400, { headers: { Host: "a b" } });
  });

  it("is kept by what is set up at run time", async () => {
    await show(get("playEvent"), 204, { body: '{"type":"upcoming-maintenance"}' });
    await show(get("readUpcomingMaintenance"), 200);
    for (const name of ["config-status", "trust-anchors", "workload-identities"]) {
      const path = `/emulator/v1/metadata/instance/gce-workload-certificates/${name}`;
      await show(get("putNode"), 204, { path, body: "{}" });
    }
    for (const id of ["readConfigStatus", "readTrustAnchors", "readWorkloadIdentities"]) await show(get(id), 200);
  });

  it("is kept by what is switched off", async () => {
    for (const id of ["readGuestAttributes", "readGuestAttribute", "writeGuestAttribute", "deleteGuestAttribute"])
      await show(get(id), 403, {}, closed);
    for (const [, { operation, ...described }] of each)
      if (operation.tags.includes("OS Login")) await show({ operation, ...described }, 404, {}, closed);
    for (const id of ["redirectInspector", "getInspector", "getInspectorAsset"]) await show(get(id), 404, {}, closed);
  });

  it("is kept by GKE's words", async () => {
    await show(get("readNode"), 403, { headers: { "Metadata-Flavor": null } }, gke);
    await show(get("readNode"), 404, {}, gke);
    for (const id of ["readUpcomingMaintenance", "readConfigStatus", "readTrustAnchors", "readWorkloadIdentities"])
      await show(get(id), 404, {}, gke);
    await show(get("readGuestAttributes"), 404, {}, gke);
    await show(get("getAccessToken"), 200, {}, gke);
    await show(get("getIdentityToken"), 400, { query: "audience=a&format=other" }, gke);
    await show(get("listTop"), 403, {}, gke);
    await show(get("listTop"), 200, { headers: { "Metadata-Flavor": "Google" } }, gke);
  });

  it.each([...new Map(operations.map((described) => [described.path, described]))])(
    "is kept by the methods of %s",
    async (path, described) => {
      const item = document.paths[path] ?? {};
      const allowed = [...(refusedWords[path] ?? []), ...Object.keys(item)].flatMap((method) =>
        method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()],
      );
      for (const method of ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"].filter(
        (each) => !allowed.includes(each),
      )) {
        const response = await rawRequest(open.port, requestOf(conformance, described, { method }));
        const [allow = ""] = headerValues(response, "Allow");
        expect({ method, status: response.status, allow: allow.split(", ").sort() }).toEqual({
          method,
          status: 405,
          allow: allowed.sort(),
        });
      }
    },
  );

  it("has no status that was not seen, but those that need more than a request", () => {
    const described = operations.flatMap(({ operation }) =>
      Object.keys(operation.responses).map((status) => `${operation.operationId} ${status}`),
    );
    const excused = described.filter((each) => unshown[each.split(" ")[1] ?? ""] !== undefined);
    expect(described.filter((each) => !seen.has(each) && !excused.includes(each))).toEqual([]);
  });
});

/** Methods that are answered 400 with a sentence of their own: at these paths there is nothing that they could change. */
const refusedWords: Readonly<Record<string, readonly string[]>> = {
  "/computeMetadata/v1/instance/guest-attributes/": ["put", "delete"],
  "/computeMetadata/v1/instance/guest-attributes/{namespace}/": ["put", "delete"],
  "/emulator/v1/metadata/": ["delete"],
};

function get(id: string): Described {
  const described = byId.get(id);
  if (described === undefined) throw new Error(`There is no operation ${id}`);
  return described;
}
