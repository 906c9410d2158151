/**
 * Which names there are below a directory, names that JavaScript objects have among them, and the redirect to a directory
 * without its slash (mds-behaviour.md 1.7, 2).
 *
 * @module
 */
import { account, errorPage, instance, notFound, redirect, text, v1 } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";

const accounts = `${instance}/service-accounts`;

const spelling = section("1.7", [
  ...[
    "/COMPUTEMETADATA/V1/instance/id",
    "/computemetadata/v1/instance/id",
    `${v1}/Instance/id`,
    `${instance}/ID`,
    `${v1}/project/projectId`,
  ].map((target, index) => ({
    id: `case-${index}`,
    grade: "LIKELY" as const,
    title: `Paths are case-sensitive and kebab: ${target}`,
    request: { target },
    expect: notFound(target),
  })),
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__", "valueOf", "length"].flatMap(
    (key) => [
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
    ],
  ),
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
  ...[
    `${v1}`,
    `${v1}/instance`,
    `${v1}/project`,
    `${instance}/disks`,
    `${instance}/service-accounts`,
    account,
    `${instance}/network-interfaces/0`,
  ].map((target) => ({
    id: `redirect-${target.slice(1).replaceAll("/", "-")}`,
    grade: "CONFIRMED" as const,
    title: `${target} redirects to the directory with its slash (R6)`,
    request: { target },
    expect: redirect(`http://metadata.google.internal${target}/`, `${target}/\n`),
  })),
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
    expect: redirect(
      `http://metadata.google.internal${instance}/disks/?recursive=True&alt=text&x=%2F+a`,
      /^\/computeMetadata\/v1\/instance\/disks\//,
    ),
  },
  ...["metadata.google.internal.", "metadata:80", "127.0.0.1:PORT", "169.254.169.254", "[fd20:ce::254]"].map(
    (host) => ({
      id: `redirect-host-${host}`,
      grade: "CONFIRMED" as const,
      title: `Location is built from the request's Host: ${host}`,
      request: { target: instance, host },
      expect: redirect(`http://${host.replace("PORT", "{PORT}")}${instance}/`, `${instance}/\n`),
      ...(host.endsWith(":80")
        ? {
            on: {
              wrangler: {
                why: "wrangler dev drops the default port from Host before the worker sees it",
                expect: redirect(`http://metadata${instance}/`, `${instance}/\n`),
              },
            },
          }
        : {}),
    }),
  ),
  {
    id: "redirect-compute-metadata",
    grade: "LIKELY",
    title: "/computeMetadata redirects without the header",
    request: { target: "/computeMetadata", flavor: null },
    expect: redirect("http://metadata.google.internal/computeMetadata/", "/computeMetadata/\n"),
  },
]);

/** Rules about names and redirects. */
export const nameRules: readonly Rule[] = [...spelling, ...redirects];
