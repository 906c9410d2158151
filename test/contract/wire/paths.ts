/**
 * How a request path is read: escapes, dot segments, doubled slashes, case, and names that JavaScript objects have
 * (mds-behaviour.md 1.7; clients.md R26; interface.md, "Paths"). All sent raw, since ordinary clients tidy them up.
 *
 * @module
 */
import { errorPage, flavorMissing, instance, markupRefused, notFound, text, v1 } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const accounts = `${instance}/service-accounts`;
const number = `${v1}/project/numeric-project-id`;
const digits = text(/^\d+$/);

const escapes = section("1.7", [
  {
    id: "at-literal",
    grade: "CONFIRMED",
    setup: "rich",
    title: "An e-mail stands in the path with its @",
    request: { target: `${accounts}/${rich.email}/email` },
    expect: text(rich.email),
  },
  {
    id: "at-escaped",
    grade: "CONFIRMED",
    setup: "rich",
    title: "%40 is not @",
    request: { target: `${accounts}/${rich.email.replace("@", "%40")}/email` },
    expect: notFound(`${accounts}/${rich.email.replace("@", "%40")}/email`),
  },
  ...["%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%40", "%2a", "%2c"].map((code) => ({
    id: `escape-${code.slice(1)}`,
    grade: "CONFIRMED" as const,
    title: `${code} in a path is not supported`,
    request: { target: `${instance}/attributes/a${code}b` },
    expect: notFound(`${instance}/attributes/a${code}b`),
  })),
  ...["%2f", "%2F", "%00", ";", "%3b", "%25", "%ff", "%", "%zz"].map((piece) => ({
    id: `no-match-${piece}`,
    grade: "OURS" as const,
    title: `${piece} is an ordinary character that matches nothing`,
    request: { target: `${instance}/id${piece}` },
    expect: notFound(`${instance}/id${piece}`),
  })),
  ...[`${v1}%2finstance/id`, `${v1}/instance%2fid`, "/computeMetadata%2fv1/instance/id"].map((target, index) => ({
    id: `escaped-slash-${index}`,
    grade: "OURS" as const,
    title: `${target} is not a way to a key`,
    request: { target },
    expect: { status: 404 },
  })),
  {
    id: "query-escapes",
    grade: "CONFIRMED",
    title: "Escapes in the query work",
    request: { target: `${instance}/disks/0/?recursive=%74rue&alt=te%78t` },
    expect: text(/^device-name .+\nindex 0\n/),
  },
  {
    id: "error-page-escapes",
    grade: "UNKNOWN-chosen",
    title: "The 404 page shows the path HTML-escaped",
    request: { target: `${instance}/a&b'c` },
    expect: {
      ...errorPage(404),
      body: {
        says: "the path with &amp; for &",
        check: (body) => (/a&(?:amp|#38);b/.test(body) ? undefined : "the path is not escaped"),
      },
    },
  },
  {
    id: "error-page-sentence",
    grade: "OURS",
    title: "Words of the request in a page's sentence are HTML-escaped, however they came",
    request: { target: `${accounts}/default/token?enforce_scopes=true&scopes=%3Cb%20x%3D%22y%22%3E%26%27` },
    expect: {
      ...errorPage(403, "&#60;b", "x=&#34;y&#34;&#62;&#38;&#39;"),
    },
  },
  {
    id: "error-page-legacy",
    grade: "OURS",
    setup: "rich",
    title: "The page of a version that is switched off shows the path HTML-escaped",
    request: { target: "/0.1/meta-data/a&b'c", flavor: null },
    expect: {
      ...errorPage(403),
      body: {
        says: "the path with &amp; for & each time",
        check: (body) => (/&(?!#)/.test(body) || body.includes("b'c") ? "the path is not escaped" : undefined),
      },
    },
  },
  {
    id: "error-page-markup",
    grade: "UNKNOWN-chosen",
    title: "Markup in the path never reaches the page",
    request: { target: `${instance}/c<d>"e` },
    expect: {
      ...errorPage(404),
      body: { says: "no <d>", check: (body) => (body.includes("<d>") ? "the path is not escaped" : undefined) },
    },
    on: markupRefused,
  },
]);

const normalising = section("1.7", [
  ...(
    [
      ["dots", `${v1}/instance/../project/numeric-project-id`],
      ["encoded-dots", `${v1}/instance/%2e%2E/project/numeric-project-id`],
      ["mixed-dots", `${v1}/instance/.%2e/project/numeric-project-id`],
      ["single-dot", `${v1}/./project/numeric-project-id`],
      ["encoded-single-dot", `${v1}/project/%2e/numeric-project-id`],
      ["above-the-root", `/../..${number}`],
    ] as const
  ).map(([id, target]) => ({
    id: `fold-${id}`,
    grade: "OURS" as const,
    title: `Dot segments fold as in a WHATWG URL: ${target}`,
    request: { target },
    expect: digits,
  })),
  {
    id: "fold-keeps-the-flavor-rule",
    grade: "OURS",
    title: "A folded path asks for the header like the path it means",
    request: { target: `/x/..${number}`, flavor: null },
    expect: { status: 403 },
  },
  {
    id: "fold-out-of-v1",
    grade: "OURS",
    title: "Dots can leave v1",
    request: { target: `${v1}/../../`, flavor: null },
    expect: { ...text("computeMetadata/\n"), headers: { "Content-Type": "application/text" } },
  },
  {
    id: "backslash",
    grade: "OURS",
    title: "A backslash before a key never reaches another one without the header",
    request: { target: `/computeMetadata\\v1\\instance\\id`, flavor: null },
    expect: flavorMissing(`${instance}/id`),
  },
]);

const slashes = section("R26", [
  {
    id: "double-slash-root",
    grade: "CONFIRMED",
    title: "A doubled slash right below v1 reaches the tree, query included (old guest agent)",
    request: { target: `${v1}//?recursive=true&alt=json` },
    expect: {
      status: 200,
      headers: { "Content-Type": "application/json", ETag: /^[0-9a-f]{16}$/ },
      body: /^\{"instance":\{"attributes"/,
    },
  },
  {
    id: "double-slash-below",
    grade: "OURS",
    title: "A doubled slash right below v1 counts as one before a key, too",
    request: { target: `${v1}//project/numeric-project-id` },
    expect: digits,
  },
  ...[
    `${v1}/instance//id`,
    `${v1}/project//numeric-project-id`,
    `${instance}/disks//0/`,
    `//computeMetadata/v1/instance/id`,
    `/computeMetadata//v1/instance/id`,
  ].map((target, index) => ({
    id: `double-slash-elsewhere-${index}`,
    grade: "OURS" as const,
    title: `A doubled slash elsewhere matches nothing: ${target}`,
    request: { target },
    expect: { status: 404, absent: ["ETag"] },
  })),
]);

/** Rules about the reading of paths. */
export const pathRules: readonly Rule[] = [...escapes, ...normalising, ...slashes];
