/**
 * Which names the server answers to, and whom it keeps out (mds-behaviour.md 1.4; interface.md, "Who is let in"). The
 * refusals are this project's own: a server on a developer's machine can be reached by web pages, the real one cannot.
 *
 * @module
 */
import { byTheRuntime, refused, text, v1 } from "./expectations.ts";
import { type Expectation, type Rule, section } from "./rule.ts";

const target = `${v1}/project/project-id`;
const value = text(/^[a-z][a-z0-9-]+$/);

const real = [
  "metadata.google.internal",
  "metadata.google.internal.",
  "metadata",
  "metadata.goog",
  "169.254.169.254",
  "[fd20:ce::254]",
];
const local = ["localhost", "127.0.0.1", "[::1]"];
const odd = [
  "METADATA.Google.Internal",
  "LocalHost:PORT",
  "[FD20:CE::254]:80",
  "metadata.google.internal.:80",
  "127.0.0.1:PORT",
  "metadata:1",
];

const accepted = section("1.4", [
  ...real.map((host) => ({
    id: `host-${host}`,
    grade: "CONFIRMED" as const,
    title: `Host ${host} is served (R16)`,
    request: { target, host },
    expect: value,
  })),
  ...[...local, ...odd].map((host) => ({
    id: `host-${host}`,
    grade: "OURS" as const,
    title: `Host ${host} is served`,
    request: { target, host },
    expect: value,
  })),
  {
    id: "host-allowed",
    grade: "OURS",
    setup: "rich",
    title: "--allow-host adds a name, in any casing and with any port",
    request: { target, host: "Allowed.Example:8080" },
    expect: text("my-project"),
  },
  {
    id: "host-missing-http10",
    grade: "CONFIRMED",
    title: "HTTP/1.0 needs no Host",
    request: { target, host: null, version: "1.0" },
    expect: value,
    on: {
      deno: {
        why: "Deno does not tell HTTP/1.0 from HTTP/1.1, where a missing Host is refused",
        expect: { status: 400 },
      },
      workerd: { why: "workerd itself refuses every request without Host", expect: byTheRuntime(400) },
      wrangler: { why: "workerd itself refuses every request without Host", expect: byTheRuntime(400) },
    },
  },
]);

/** What `npm start` answers to each: its proxy makes a URL of Host, fails at it or hands on the name that it finds. */
const malformed: readonly (readonly [host: string, wrangler: number])[] = [
  ["metadata.google.internal:port", 500],
  ["metadata google", 500],
  ["a/b", 403],
  ["user@metadata", 200],
  ["[::1", 500],
  ["metadata:80:80", 500],
  ["metadata?x", 200],
  ["metadata:65536", 500],
];

const readByWrangler = (status: number): NonNullable<Rule["on"]> => ({
  wrangler: { why: "wrangler dev makes a URL of Host before the worker sees it", expect: { status, standing: false } },
});

/** No browser sends this form to a server, so nothing is let in that should not be. */
const judgedByHost = (expect: Expectation): NonNullable<Rule["on"]> => ({
  bun: { why: "Bun shows the handler only Host, not the authority of the target", expect },
  workerd: { why: "workerd shows the worker only Host, not the authority of the target", expect },
  wrangler: { why: "workerd shows the worker only Host, not the authority of the target", expect },
});

const refusals = section("who is let in", [
  ...[
    "example.com",
    "allowed.example",
    "metadata.google.internal.evil.com",
    "evil-metadata",
    "127.0.0.1.nip.io",
    "127.0.0.2",
  ].map((host) => ({
    id: `host-foreign-${host}`,
    grade: "OURS" as const,
    title: `Host ${host} is refused`,
    request: { target, host },
    expect: refused,
  })),
  ...["/", "/emulator/v1/health", "/nothing"].map((path) => ({
    id: `host-foreign-on${path.replaceAll("/", "-")}`,
    grade: "OURS" as const,
    title: `A foreign Host is refused on ${path}, too`,
    request: { target: path, host: "rebind.example" },
    expect: refused,
  })),
  ...malformed.map(([host, wrangler]) => ({
    id: `host-malformed-${host}`,
    grade: "OURS" as const,
    title: `The malformed Host ${host} is a bad request`,
    request: { target, host },
    expect: byTheRuntime(400),
    on: readByWrangler(wrangler),
  })),
  {
    id: "host-missing",
    grade: "OURS",
    title: "A missing Host under HTTP/1.1 is a bad request",
    request: { target, host: null },
    expect: byTheRuntime(400),
  },
  {
    id: "host-missing-absolute",
    grade: "OURS",
    title: "A missing Host under HTTP/1.1 is a bad request, even if the target has an authority",
    request: { target: `http://metadata.google.internal${target}`, host: null },
    expect: byTheRuntime(400),
  },
  {
    id: "host-empty",
    grade: "OURS",
    title: "An empty Host is a bad request",
    request: { target, host: "" },
    expect: byTheRuntime(400),
  },
  ...(
    [
      ["same", "metadata.google.internal"],
      ["foreign", "example.com"],
    ] as const
  ).map(([id, host]) => ({
    id: `host-twice-${id}`,
    grade: "OURS" as const,
    title: `A second Host (${host}) is a bad request`,
    request: { target, headers: [["Host", host]] as const },
    expect: byTheRuntime(400),
    on: readByWrangler(500),
  })),
  {
    id: "host-twice-absolute",
    grade: "OURS",
    title: "A second Host is a bad request, even if the target has an authority",
    request: { target: `http://metadata.google.internal${target}`, headers: [["Host", "example.com"]] },
    expect: byTheRuntime(400),
    on: readByWrangler(500),
  },
  {
    id: "absolute-form",
    grade: "OURS",
    title: "An absolute-form target is served when its authority is accepted",
    request: { target: `http://metadata.google.internal${target}` },
    expect: value,
  },
  {
    id: "absolute-form-wins",
    grade: "OURS",
    title: "An absolute-form target is judged by its authority, not by Host",
    request: { target: `http://example.com${target}` },
    expect: refused,
    on: judgedByHost(value),
  },
  {
    id: "absolute-form-over-foreign-host",
    grade: "OURS",
    title: "An accepted authority in the target counts, whatever Host says",
    request: { target: `http://metadata.google.internal${target}`, host: "example.com" },
    expect: value,
    on: judgedByHost(refused),
  },
]);

/** Rules about Host. */
export const hostRules: readonly Rule[] = [...accepted, ...refusals];
