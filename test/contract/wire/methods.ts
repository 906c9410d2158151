/**
 * Methods other than GET, and versions other than v1 (mds-behaviour.md 7, 8; clients.md R23).
 *
 * @module
 */
import { account, errorPage, instance, notAllowed, notFound } from "./expectations.ts";
import { type Expectation, type Rule, type Step, section } from "./rule.ts";

const name = `${instance}/name`;

const methods = section("7", [
  ...["POST", "PUT", "DELETE", "PATCH"].flatMap((method) =>
    (
      [
        ["a leaf", name],
        ["a directory", `${instance}/`],
        ["a token", `${account}/token`],
        ["an attribute", `${instance}/attributes/x`],
        ["the root", "/"],
      ] as const
    ).map(([what, target]) => ({
      id: `method-${method}-${what.replace(" ", "-")}`,
      grade: "CONFIRMED" as const,
      title: `${method} on ${what} is 405`,
      request: { method, target, ...(method === "DELETE" ? {} : { body: "x" }) },
      expect: notAllowed(),
    })),
  ),
  {
    id: "method-unknown",
    grade: "UNKNOWN-chosen",
    title: "TRACE is refused",
    request: { method: "TRACE", target: name },
    expect: notAllowed(),
  },
  ...(
    [
      ["leaf", name, { status: 200, headers: { "Content-Type": "application/text" } }],
      ["listing", `${instance}/`, { status: 200, headers: { "Content-Type": "application/text" } }],
      ["json", `${instance}/disks/?recursive=true`, { status: 200, headers: { "Content-Type": "application/json" } }],
      ["redirect", instance, { status: 301, headers: { "Content-Type": "text/html" } }],
      ["missing", `${instance}/nothing`, { status: 404 }],
      ["root", "/", { status: 200 }],
    ] as const
  ).map(([id, target, expected]) => ({
    id: `head-${id}`,
    grade: "LIKELY" as const,
    title: `HEAD is GET without the body, Content-Length included (${id})`,
    before: [
      { request: { target }, expect: { status: expected.status }, remember: { length: "length" } },
    ] as readonly Step[],
    request: { method: "HEAD", target },
    expect: {
      ...expected,
      headers: { ...("headers" in expected ? expected.headers : {}), "Content-Length": "{length}" },
      body: "",
    } as Expectation,
  })),
  ...["token", "identity"].map((key) => ({
    id: `post-${key}`,
    grade: "UNKNOWN-chosen" as const,
    title: `POST on ${key} with a certificate chain is refused (R23)`,
    request: { method: "POST", target: `${account}/${key}?audience=a`, body: '{"certificate_chain":""}' },
    expect: notAllowed(),
  })),
  {
    id: "head-token",
    grade: "LIKELY",
    title: "HEAD on a token is GET without the body",
    before: [{ request: { target: `${account}/token` }, expect: { status: 200 } }],
    request: { method: "HEAD", target: `${account}/token` },
    expect: { status: 200, headers: { "Content-Type": "application/json", "Content-Length": /^\d+$/ }, body: "" },
  },
  {
    id: "head-without-flavor",
    grade: "LIKELY",
    title: "HEAD asks for the header, too",
    request: { method: "HEAD", target: name, flavor: null },
    expect: { status: 403, body: "" },
  },
]);

const old = section("8", [
  ...[
    "/computeMetadata/v1beta1/project/project-id",
    "/0.1/meta-data/",
    "/computeMetadata/v2/",
    "/computeMetadata/v0.1/meta-data/",
    "/v1/instance/id",
  ].map((target) => ({
    id: `version-${target.slice(1).replaceAll("/", "-")}`,
    grade: /beta|^\/0\.1/.test(target) ? ("UNKNOWN-chosen" as const) : ("CONFIRMED" as const),
    title: `${target} is not found`,
    request: { target },
    expect: notFound(target),
  })),
  {
    id: "version-legacy-no-header",
    grade: "CONFIRMED",
    title: "The old versions never asked for the header",
    request: { target: "/computeMetadata/v1beta1/instance/id", flavor: null },
    expect: notFound("/computeMetadata/v1beta1/instance/id"),
  },
  ...["/computeMetadata/v1beta1/project/project-id", "/0.1/meta-data/project-id"].map((target) => ({
    id: `legacy-disabled-${target.slice(1).replaceAll("/", "-")}`,
    grade: "CONFIRMED" as const,
    setup: "rich" as const,
    title: `With disable-legacy-endpoints=TRUE ${target} is the 403 page with its own sentence`,
    request: { target, flavor: null },
    expect: errorPage(
      403,
      `<code>${target}</code>`,
      `Legacy metadata endpoint accessed: ${target}`,
      "Legacy metadata endpoints are disabled. Please use the /v1/ endpoint.",
    ),
  })),
]);

/** Rules about methods and old versions. */
export const methodRules: readonly Rule[] = [...methods, ...old];
