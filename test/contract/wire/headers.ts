/**
 * The headers that stand on every answer, per status, with their casing and framing (mds-behaviour.md 1.6; clients.md R2,
 * R3, R14, 1.1). The standing headers themselves are checked for every rule of the table; these name each status once.
 *
 * @module
 */
import { badRequest, flavorMissing, instance, json, notAllowed, notFound, redirect, text, v1 } from "./expectations.ts";
import { type Expectation, type Rule, section } from "./rule.ts";

const cases: readonly (readonly [status: string, target: string, expect: Expectation, method?: string])[] = [
  ["200", `${instance}/zone`, text(/^projects\/\d+\/zones\/[a-z]+-[a-z]+\d-[a-z]$/)],
  ["301", instance, redirect("http://metadata.google.internal/computeMetadata/v1/instance/", /\/$|\n$/)],
  ["400", `${instance}/?wait_for_change=true`, badRequest],
  ["404", `${instance}/nothing`, notFound(`${instance}/nothing`)],
  ["405", `${instance}/zone`, notAllowed(), "POST"],
  ["412", `${instance}/gce-workload-certificates/config-status`, { status: 412, absent: ["ETag"] }],
  ["503", `${instance}/upcoming-maintenance`, { status: 503, headers: { "Content-Type": "application/json" } }],
];

const statuses = section("1.6", [
  ...cases.map(([status, target, expect, method]) => ({
    id: `standing-headers-${status}`,
    grade: "CONFIRMED" as const,
    title: `${status} carries the standing headers, a Content-Length and no chunked coding (R2, R3, R14)`,
    request: { target, ...(method === undefined ? {} : { method }) },
    expect,
  })),
  {
    id: "standing-headers-403",
    grade: "CONFIRMED",
    title: "403 carries the standing headers, Metadata-Flavor among them",
    request: { target: `${instance}/id`, flavor: null },
    expect: flavorMissing(`${instance}/id`),
  },
  {
    id: "etag-form",
    grade: "CONFIRMED",
    title: "An ETag is 16 lower-case hex digits without quotes",
    section: "3.4",
    request: { target: `${instance}/name` },
    expect: { status: 200, headers: { ETag: /^[0-9a-f]{16}$/ } },
  },
  {
    id: "no-negotiation",
    grade: "CONFIRMED",
    title: "Accept, Accept-Encoding, Content-Type and agents' headers change nothing (R15)",
    section: "6.1",
    request: {
      target: `${instance}/zone`,
      headers: [
        ["Accept", "application/json"],
        ["Accept-Encoding", "gzip, br"],
        ["Content-Type", "application/json"],
        ["User-Agent", "x"],
        ["x-goog-api-client", "auth/1.2 cred-type/mds"],
        ["X-Google-Guest-Agent", "v"],
        ["X-Google-Guest-OS", "debian"],
      ],
    },
    expect: { ...text(/^projects\//), absent: ["Content-Encoding", "Vary"] },
  },
]);

const plainJson = json('{"automaticRestart":"TRUE","onHostMaintenance":"MIGRATE","preemptible":"FALSE"}');

const coding = section("1.6", [
  {
    id: "json-not-compressed",
    grade: "CONFIRMED",
    title: "Accept-Encoding: gzip does not compress JSON (R14)",
    request: { target: `${instance}/scheduling/?recursive=true`, headers: [["Accept-Encoding", "gzip, br"]] },
    expect: { ...plainJson, absent: ["Content-Encoding"] },
    on: {
      wrangler: {
        why: "wrangler dev compresses every answer that does not name a coding",
        expect: { ...plainJson, headers: { ...plainJson.headers, "Content-Encoding": "identity" } },
      },
    },
  },
]);

const ended: Expectation = { status: 200, closed: true };

const versions = section("1.6", [
  {
    id: "http10",
    grade: "CONFIRMED",
    title: "HTTP/1.0 gets its answer with a length, and the connection ends",
    request: { target: `${v1}/project/project-id`, version: "1.0" },
    expect: { ...text(/^[a-z]/), closed: true },
  },
  {
    id: "http10-status-line",
    grade: "CONFIRMED",
    title: "HTTP/1.0 is answered with HTTP/1.0 and Connection: Close",
    request: { target: `${v1}/project/project-id`, version: "1.0" },
    expect: { status: 200, version: "1.0", headers: { Connection: /^close$/i } },
    on: {
      node: { why: "node:http writes HTTP/1.1 in every status line", expect: { ...ended, version: "1.1" } },
      bun: { why: "Bun writes HTTP/1.1 in every status line", expect: { ...ended, version: "1.1" } },
      deno: { why: "Deno ends the connection without saying so", expect: { ...ended, version: "1.0" } },
      workerd: { why: "workerd ends the connection without saying so", expect: { ...ended, version: "1.0" } },
      wrangler: { why: "workerd ends the connection without saying so", expect: { ...ended, version: "1.0" } },
    },
  },
  {
    id: "connection-close",
    grade: "CONFIRMED",
    title: "Connection: close is honoured",
    request: { target: `${instance}/id`, headers: [["Connection", "close"]] },
    expect: { ...text(/^\d+$/), closed: true },
  },
]);

/** Rules about standing headers, framing and versions. */
export const headerRules: readonly Rule[] = [...statuses, ...coding, ...versions];
