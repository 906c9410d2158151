/**
 * How a request path is read: escapes, dot segments, doubled slashes, case, and names that JavaScript objects have
 * (mds-behaviour.md 1.7; clients.md R26; interface.md, "Paths"). All sent raw, since ordinary clients tidy them up.
 *
 * @module
 */
import { account, errorPage, instance, notFound, redirect, text, v1 } from "./expectations.ts";
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
  ...["%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%40", "%2a", "%2c"].map((escape) => ({
    id: `escape-${escape.slice(1)}`,
    grade: "CONFIRMED" as const,
    title: `${escape} in a path is not supported`,
    request: { target: `${instance}/attributes/a${escape}b` },
    expect: notFound(`${instance}/attributes/a${escape}b`),
  })),
  ...["%2f", "%2F", "%00", ";", "%3b", "%25", "%ff", "%", "%zz"].map((piece) => ({
    id: `no-match-${piece}`,
    grade: "OURS" as const,
    title: `${piece} is an ordinary character that matches nothing`,
    request: { target: `${instance}/id${piece}` },
    expect: { status: [404, 400], absent: ["ETag"], bareOn: ["node", "bun", "deno", "workerd"] as const },
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
      body: { says: "the path with &amp; for &", check: (body) => (/a&(?:amp|#38);b/.test(body) ? undefined : "the path is not escaped") },
    },
  },
  {
    id: "error-page-markup",
    grade: "UNKNOWN-chosen",
    title: "Markup in the path never reaches the page",
    request: { target: `${instance}/c<d>"e` },
    expect: { ...errorPage(404), body: { says: "no <d>", check: (body) => (body.includes("<d>") ? "the path is not escaped" : undefined) } },
    skip: { workerd: "workerd itself answers 400 to < and \" in a target" },
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
    expect: { status: [400, 403, 404], bareOn: ["node", "bun", "deno", "workerd"] },
  },
]);

const slashes = section("R26", [
  {
    id: "double-slash-root",
    grade: "CONFIRMED",
    title: "A doubled slash right below v1 reaches the tree, query included (old guest agent)",
    request: { target: `${v1}//?recursive=true&alt=json` },
    expect: { status: 200, headers: { "Content-Type": "application/json", ETag: /^[0-9a-f]{16}$/ }, body: /^\{"instance":\{"attributes"/ },
  },
  {
    id: "double-slash-below",
    grade: "OURS",
    title: "A doubled slash right below v1 counts as one before a key, too",
    request: { target: `${v1}//project/numeric-project-id` },
    expect: digits,
  },
  ...[`${v1}/instance//id`, `${v1}/project//numeric-project-id`, `${instance}/disks//0/`, `//computeMetadata/v1/instance/id`, `/computeMetadata//v1/instance/id`].map(
    (target, index) => ({
      id: `double-slash-elsewhere-${index}`,
      grade: "OURS" as const,
      title: `A doubled slash elsewhere matches nothing: ${target}`,
      request: { target },
      expect: { status: 404, absent: ["ETag"] },
    }),
  ),
]);

const spelling = section("1.7", [
  ...["/COMPUTEMETADATA/V1/instance/id", "/computemetadata/v1/instance/id", `${v1}/Instance/id`, `${instance}/ID`, `${v1}/project/projectId`].map(
    (target, index) => ({
      id: `case-${index}`,
      grade: "LIKELY" as const,
      title: `Paths are case-sensitive and kebab: ${target}`,
      request: { target },
      expect: notFound(target),
    }),
  ),
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__", "valueOf", "length"].flatMap((key) => [
    {
      id: `plain-key-${key}`,
      grade: "CONFIRMED" as const,
      title: `${key} is an ordinary missing key`,
      section: "2",
      request: { target: `${instance}/${key}` },
      expect: notFound(`${instance}/${key}`),
    },
    {
      id: `plain-attribute-${key}`,
      grade: "CONFIRMED" as const,
      title: `${key} is an ordinary missing attribute`,
      section: "2",
      request: { target: `${instance}/attributes/${key}` },
      expect: notFound(`${instance}/attributes/${key}`),
    },
  ]),
  {
    id: "plain-key-account",
    grade: "CONFIRMED",
    title: "constructor is no service account",
    section: "6",
    request: { target: `${accounts}/constructor/token` },
    expect: notFound(`${accounts}/constructor/token`),
  },
  ...(
    [
      ["__proto__", "ordinary"],
      ["constructor", "also-ordinary"],
    ] as const
  ).map(([key, value]) => ({
    id: `attribute-named-${key}`,
    grade: "CONFIRMED" as const,
    setup: "rich" as const,
    title: `An attribute may be called ${key}`,
    section: "5.1",
    request: { target: `${instance}/attributes/${key}` },
    expect: text(value),
  })),
  {
    id: "leaf-with-slash",
    grade: "LIKELY",
    title: "A leaf with an extra trailing slash is not found",
    section: "2",
    request: { target: `${instance}/id/` },
    expect: notFound(`${instance}/id/`),
  },
  {
    id: "leaf-has-no-children",
    grade: "CONFIRMED",
    title: "Nothing is below a leaf",
    section: "2",
    request: { target: `${instance}/id/0` },
    expect: notFound(`${instance}/id/0`),
  },
  {
    id: "missing-directory",
    grade: "CONFIRMED",
    title: "A missing directory is not found",
    section: "2",
    request: { target: `${instance}/nothing/` },
    expect: notFound(`${instance}/nothing/`),
  },
  {
    id: "missing-with-query",
    grade: "CONFIRMED",
    title: "A missing key is not found whatever the query says",
    section: "2",
    request: { target: `${instance}/nothing?recursive=true&alt=json` },
    expect: { ...errorPage(404, "was not found on this server"), absent: ["ETag"] },
  },
  ...["01", "1", "-1", "0x0", "00", "1e0"].map((index) => ({
    id: `array-index-${index}`,
    grade: "LIKELY" as const,
    title: `disks/${index}/ is not disks/0/`,
    section: "2",
    request: { target: `${instance}/disks/${index}/` },
    expect: notFound(`${instance}/disks/${index}/`),
  })),
]);

const redirects = section("2", [
  ...[`${v1}`, `${v1}/instance`, `${v1}/project`, `${instance}/disks`, `${instance}/service-accounts`, account, `${instance}/network-interfaces/0`].map(
    (target) => ({
      id: `redirect-${target.slice(1).replaceAll("/", "-")}`,
      grade: "CONFIRMED" as const,
      title: `${target} redirects to the directory with its slash (R6)`,
      request: { target },
      expect: redirect(`http://metadata.google.internal${target}/`, `${target}/\n`),
    }),
  ),
  {
    id: "redirect-partner",
    grade: "CONFIRMED",
    setup: "rich",
    title: "A directory with a dot in its name redirects, too",
    request: { target: `${instance}/partner-attributes/iam.googleapis.com` },
    expect: redirect(
      `http://metadata.google.internal${instance}/partner-attributes/iam.googleapis.com/`,
      `${instance}/partner-attributes/iam.googleapis.com/\n`,
    ),
  },
  {
    id: "redirect-query",
    grade: "CONFIRMED",
    title: "The query is kept behind the slash, as it was written",
    request: { target: `${instance}/disks?recursive=True&alt=text&x=%2F+a` },
    expect: redirect(`http://metadata.google.internal${instance}/disks/?recursive=True&alt=text&x=%2F+a`, /^\/computeMetadata\/v1\/instance\/disks\//),
  },
  ...["metadata.google.internal.", "metadata:80", "127.0.0.1:PORT", "169.254.169.254", "[fd20:ce::254]"].map((host) => ({
    id: `redirect-host-${host}`,
    grade: "CONFIRMED" as const,
    title: `Location is built from the request's Host: ${host}`,
    request: { target: instance, host },
    expect: redirect(`http://${host.replace("PORT", "{PORT}")}${instance}/`, `${instance}/\n`),
    ...(host.endsWith(":80") ? { skip: { workerd: "wrangler dev drops the default port from Host before the worker sees it" } } : {}),
  })),
  {
    id: "redirect-compute-metadata",
    grade: "LIKELY",
    title: "/computeMetadata redirects without the header",
    request: { target: "/computeMetadata", flavor: null },
    expect: redirect("http://metadata.google.internal/computeMetadata/", "/computeMetadata/\n"),
  },
]);

/** Rules about paths. */
export const pathRules: readonly Rule[] = [...escapes, ...normalising, ...slashes, ...spelling, ...redirects];
