/**
 * Who must send `Metadata-Flavor`, and what a request without it gets (mds-behaviour.md 1.1 to 1.3).
 *
 * @module
 */
import { errorPage, flavorMissing, instance, markupRefused, refused, text, v1 } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";

const name = `${instance}/name`;
const project = `${v1}/project/project-id`;

const flavor = section("1.1", [
  {
    id: "flavor-missing",
    grade: "CONFIRMED",
    title: "A request below v1 without Metadata-Flavor is refused with the page that names the path",
    request: { target: name, flavor: null },
    expect: flavorMissing(name),
  },
  {
    id: "flavor-missing-closes",
    grade: "CONFIRMED",
    title: "The 403 for a missing Metadata-Flavor ends the connection",
    request: { target: name, flavor: null },
    expect: { status: 403, headers: { Connection: /^close$/i }, closed: true },
    on: {
      deno: { why: "Deno.serve keeps a connection open whatever the answer says", expect: { status: 403 } },
      workerd: { why: "workerd takes Connection away and keeps the connection open", expect: { status: 403 } },
      wrangler: { why: "workerd takes Connection away and keeps the connection open", expect: { status: 403 } },
    },
  },
  {
    id: "flavor-missing-query",
    grade: "CONFIRMED",
    title: "The 403 page shows the target with its query",
    request: { target: `${instance}/?recursive=true`, flavor: null },
    expect: flavorMissing(`${instance}/?recursive=true`),
  },
  {
    id: "flavor-missing-escaped",
    grade: "UNKNOWN-chosen",
    title: "The 403 page shows the target HTML-escaped",
    request: { target: `${instance}/a?b=1&c='d'`, flavor: null },
    expect: {
      ...errorPage(403),
      body: {
        says: "the target with &amp; for &",
        check: (body) => (/&(?:amp|#38);c=/.test(body) ? undefined : "the target is not escaped"),
      },
    },
  },
  {
    id: "flavor-missing-markup",
    grade: "UNKNOWN-chosen",
    title: "Markup in the target never reaches the page",
    request: { target: `${instance}/a?b=<script>"`, flavor: null },
    expect: {
      ...errorPage(403),
      body: {
        says: "no <script",
        check: (body) => (body.includes("<script") ? "the target is not escaped" : undefined),
      },
    },
    on: markupRefused,
  },
  {
    id: "flavor-missing-unknown-path",
    grade: "LIKELY",
    title: "The header is asked for before the path is looked at",
    request: { target: `${v1}/no/such/key`, flavor: null },
    expect: flavorMissing(`${v1}/no/such/key`),
  },
  {
    id: "flavor-missing-v1-root",
    grade: "CONFIRMED",
    title: "/computeMetadata/v1/ itself asks for the header",
    request: { target: `${v1}/`, flavor: null },
    expect: flavorMissing(`${v1}/`),
  },
  {
    id: "flavor-missing-v1-no-slash",
    grade: "LIKELY",
    title: "/computeMetadata/v1 without slash asks for the header before it redirects",
    request: { target: v1, flavor: null },
    expect: flavorMissing(v1),
  },
  {
    id: "flavor-missing-on-token",
    grade: "CONFIRMED",
    title: "No token without the header",
    request: { target: `${instance}/service-accounts/default/token`, flavor: null },
    expect: flavorMissing(`${instance}/service-accounts/default/token`),
  },
  ...["google", "Foo", "GOOGLE", "Not Google", ""].map((value) => ({
    id: `flavor-wrong-${value === "" ? "empty" : value.replace(" ", "-")}`,
    grade: "UNKNOWN-chosen" as const,
    title: `Metadata-Flavor: ${value || "(empty)"} is as good as none`,
    request: { target: name, flavor: value },
    expect: flavorMissing(name),
  })),
  {
    id: "flavor-twice",
    grade: "LIKELY",
    title: "A doubled Metadata-Flavor, joined to `Google, Google`, is refused",
    request: { target: name, headers: [["Metadata-Flavor", "Google"]] },
    expect: flavorMissing(name),
  },
  {
    id: "flavor-lower-case-name",
    grade: "CONFIRMED",
    title: "The name of the request header may be in lower case (R24)",
    request: { target: project, flavor: null, headers: [["metadata-flavor", "Google"]] },
    expect: text(/^[a-z][a-z0-9-]+$/),
  },
  {
    id: "flavor-without-blank",
    grade: "CONFIRMED",
    title: "`Metadata-Flavor:Google` without a blank is fine",
    request: { target: project, raw: `GET ${project} HTTP/1.1\r\nHost: metadata\r\nMetadata-Flavor:Google\r\n\r\n` },
    expect: text(/^[a-z][a-z0-9-]+$/),
  },
  {
    id: "flavor-blank-before-colon",
    grade: "CONFIRMED",
    title: "`Metadata-Flavor : Google` with a blank before the colon is rejected",
    request: { target: project, raw: `GET ${project} HTTP/1.1\r\nHost: metadata\r\nMetadata-Flavor : Google\r\n\r\n` },
    expect: { status: [400, 403], standing: false },
  },
]);

const alternative = section("1.2", [
  {
    id: "request-header-accepted",
    grade: "LIKELY",
    title: "The deprecated X-Google-Metadata-Request: True is still accepted",
    request: { target: project, flavor: null, headers: [["X-Google-Metadata-Request", "True"]] },
    expect: text(/^[a-z][a-z0-9-]+$/),
  },
  ...["False", "Untrue", "True, True"].map((value) => ({
    id: `request-header-${value.toLowerCase().replace(", ", "-")}`,
    grade: "UNKNOWN-chosen" as const,
    title: `X-Google-Metadata-Request: ${value}, another value than True, does not count`,
    request: { target: project, flavor: null, headers: [["X-Google-Metadata-Request", value]] as const },
    expect: flavorMissing(project),
  })),
]);

const forwarded = section("1.3", [
  ...(
    [
      ["on-a-leaf", name, "192.0.2.1"],
      ["empty", name, ""],
      ["on-the-root", "/", "10.0.0.1, 10.0.0.2"],
      ["on-an-unknown-path", "/nothing", "unknown"],
      ["on-our-own-paths", "/emulator/v1/health", "192.0.2.1"],
    ] as const
  ).map(([where, target, value]) => ({
    id: `forwarded-for-${where}`,
    grade: "CONFIRMED" as const,
    title: `X-Forwarded-For ${where.replaceAll("-", " ")} is refused whatever its value (R17)`,
    request: { target, headers: [["X-Forwarded-For", value]] as const },
    expect: refused,
  })),
  {
    id: "forwarded-for-any-casing",
    grade: "CONFIRMED",
    title: "x-forwarded-for in lower case is refused as well",
    request: { target: name, headers: [["x-forwarded-for", "127.0.0.1"]] },
    expect: refused,
  },
]);

/** Rules about `Metadata-Flavor` and its kin. */
export const accessRules: readonly Rule[] = [...flavor, ...alternative, ...forwarded];
