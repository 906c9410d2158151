/**
 * The other servers that are imitated: GKE's and Cloud Run's (mds-behaviour.md 11), the universe (12), OS Login when it
 * is off (9).
 *
 * @module
 */
import { account, document, instance, jsonThat, notFound, refused, text, v1 } from "./expectations.ts";
import { type Expectation, type Rule, section } from "./rule.ts";

/** The standing headers are those of a VM; the other servers have their own. */
const server = (name: string, expect: Expectation): Expectation => ({ ...expect, standing: false, headers: { ...expect.headers, Server: name } });
const onGke = (expect: Expectation): Expectation => server("GKE Metadata Server", { ...expect, headers: { ...expect.headers, "Metadata-Flavor": "Google" } });
const plain = (body: string): Expectation => ({ status: 200, headers: { "Content-Type": "application/text" }, body });
const leaf = (body: RegExp): Expectation => ({ status: 200, headers: { "Content-Type": "application/text" }, body });

const gkeRefusal: Expectation = {
  status: 403,
  headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
  absent: ["Metadata-Flavor", "ETag"],
  standing: false,
  body: { contains: ['Missing required header "Metadata-Flavor": "Google"'] },
};

const gke = section(
  "11",
  [
    ...["/", "/computeMetadata/", `${v1}/`, `${instance}/id`, `${account}/token`].map((target) => ({
      id: `gke-flavor-${target.replaceAll("/", "-")}`,
      grade: "CONFIRMED" as const,
      title: `GKE asks for the header on ${target}, in plain text, without Metadata-Flavor`,
      request: { target, flavor: null },
      expect: gkeRefusal,
    })),
    {
      id: "gke-request-header",
      grade: "CONFIRMED",
      section: "1.2",
      title: "GKE does not know X-Google-Metadata-Request",
      request: { target: `${instance}/id`, flavor: null, headers: [["X-Google-Metadata-Request", "True"]] },
      expect: gkeRefusal,
    },
    { id: "gke-root", grade: "CONFIRMED", title: "GKE's / lists computeMetadata/", request: { target: "/" }, expect: onGke(plain("computeMetadata/\n")) },
    { id: "gke-v1", grade: "CONFIRMED", title: "GKE's v1 lists instance/ and project/ only", request: { target: `${v1}/` }, expect: onGke(plain("instance/\nproject/\n")) },
    ...(
      [
        [`${instance}/id`, /^\d+$/],
        [`${instance}/hostname`, /^[-a-z0-9.]+$/],
        [`${instance}/zone`, /^projects\/\d+\/zones\/[-a-z0-9]+$/],
        [`${instance}/attributes/cluster-name`, /^[-a-z0-9]+$/],
        [`${instance}/attributes/cluster-location`, /^[-a-z0-9]+$/],
        [`${instance}/attributes/cluster-uid`, /^[0-9a-f]+$/],
        [`${v1}/project/project-id`, /^[-a-z0-9]+$/],
        [`${v1}/project/numeric-project-id`, /^\d+$/],
        [`${account}/email`, /^[^@\n]+@[^@\n]+$/],
      ] as const
    ).map(([target, body]) => ({
      id: `gke-${target.slice(v1.length + 1).replaceAll("/", "-")}`,
      grade: "CONFIRMED" as const,
      title: `GKE serves ${target}`,
      request: { target },
      expect: onGke(leaf(body)),
    })),
    {
      id: "gke-attributes",
      grade: "CONFIRMED",
      title: "GKE's attributes are the cluster's three",
      request: { target: `${instance}/attributes/` },
      expect: onGke(plain("cluster-location\ncluster-name\ncluster-uid\n")),
    },
    {
      id: "gke-account",
      grade: "CONFIRMED",
      title: "GKE's account has five children",
      request: { target: `${account}/` },
      expect: onGke(plain("aliases\nemail\nidentity\nscopes\ntoken\n")),
    },
    ...["name", "machine-type", "disks/", "tags", "attributes/other", "guest-attributes/", "upcoming-maintenance"].map((key) => ({
      id: `gke-absent-${key.replaceAll("/", "-")}`,
      grade: "CONFIRMED" as const,
      title: `GKE has no ${key}: 404 with the body Not Found`,
      request: { target: `${instance}/${key}` },
      expect: server("GKE Metadata Server", { status: 404, absent: ["ETag"], body: "Not Found\n" }),
    })),
    {
      id: "gke-token",
      grade: "CONFIRMED",
      title: "GKE serves tokens",
      request: { target: `${account}/token` },
      expect: onGke(document({ contains: ['"access_token":', '"token_type":"Bearer"'] })),
    },
    {
      id: "gke-token-scopes",
      grade: "CONFIRMED",
      title: "GKE honours scopes on its own",
      before: [
        {
          request: { target: `${account}/token?scopes=https://www.googleapis.com/auth/userinfo.email` },
          expect: { status: 200, standing: false },
          remember: { token: { json: "access_token" } },
        },
      ],
      request: { target: "/emulator/v1/issuer/tokeninfo?access_token={token}" },
      expect: {
        status: 200,
        standing: false,
        body: jsonThat("only that scope", (info: { scope?: string }) => (info.scope?.endsWith("userinfo.email") && !info.scope.includes(" ") ? undefined : `scope is ${info.scope}`)),
      },
    },
    {
      id: "gke-forwarded-for",
      grade: "LIKELY",
      section: "1.3",
      title: "GKE's server refuses X-Forwarded-For",
      request: { target: `${instance}/id`, headers: [["X-Forwarded-For", "x"]] },
      expect: { ...refused, standing: false },
    },
  ],
  "gke",
);

const onCloudRun = (expect: Expectation): Expectation => server("Metadata Server for Serverless", { ...expect, headers: { ...expect.headers, "Metadata-Flavor": "Google" } });

const cloudRun = section(
  "11",
  [
    {
      id: "cloud-run-flavor",
      grade: "CONFIRMED",
      title: "Cloud Run's 403 has no Metadata-Flavor",
      request: { target: `${v1}/project/project-id`, flavor: null },
      expect: { status: 403, absent: ["Metadata-Flavor", "ETag"], standing: false },
    },
    ...(
      [
        [`${v1}/project/project-id`, /^[-a-z0-9]+$/],
        [`${v1}/project/numeric-project-id`, /^\d+$/],
        [`${instance}/region`, /^projects\/\d+\/regions\/[a-z]+-[a-z]+\d$/],
        [`${instance}/zone`, /^projects\/\d+\/zones\/[a-z]+-[a-z]+\d-1$/],
        [`${instance}/id`, /^00[0-9a-f]{60,}$/],
        [`${account}/email`, /^[^@\n]+@[^@\n]+$/],
      ] as const
    ).map(([target, body]) => ({
      id: `cloud-run-${target.slice(v1.length + 1).replaceAll("/", "-")}`,
      grade: "CONFIRMED" as const,
      title: `Cloud Run serves ${target}`,
      request: { target },
      expect: onCloudRun(leaf(body)),
    })),
    {
      id: "cloud-run-token",
      grade: "CONFIRMED",
      title: "Cloud Run serves tokens",
      request: { target: `${account}/token` },
      expect: onCloudRun(document({ contains: ['"access_token":', '"token_type":"Bearer"'] })),
    },
    {
      id: "cloud-run-identity",
      grade: "LIKELY",
      title: "Cloud Run serves identities",
      request: { target: `${account}/identity?audience=a` },
      expect: onCloudRun({ status: 200, body: /^[\w-]+\.[\w-]+\.[\w-]+$/ }),
    },
    {
      id: "cloud-run-redirect",
      grade: "CONFIRMED",
      title: "Cloud Run redirects instance, too",
      request: { target: instance },
      expect: onCloudRun({ status: 301, headers: { Location: `http://metadata.google.internal${instance}/` } }),
    },
    ...["name", "hostname", "machine-type", "disks/", "attributes/", "guest-attributes/"].map((key) => ({
      id: `cloud-run-absent-${key.replaceAll("/", "-")}`,
      grade: "LIKELY" as const,
      title: `Cloud Run has no ${key}`,
      request: { target: `${instance}/${key}` },
      expect: server("Metadata Server for Serverless", { status: 404, absent: ["ETag"] }),
    })),
  ],
  "cloud-run",
);

const universe = section("12", [
  {
    id: "universe-domain",
    grade: "UNKNOWN-chosen",
    title: "The default universe answers googleapis.com, without a newline (R20)",
    request: { target: `${v1}/universe/universe-domain` },
    expect: text("googleapis.com"),
  },
  {
    id: "universe-domain-recursive",
    grade: "CONFIRMED",
    title: "recursive=true on it gives the bare text (R10)",
    request: { target: `${v1}/universe/universe-domain?recursive=true` },
    expect: text("googleapis.com"),
  },
  {
    id: "universe-underscore",
    grade: "CONFIRMED",
    title: "The spelling with an underscore is 404 (R20)",
    request: { target: `${v1}/universe/universe_domain` },
    expect: notFound(`${v1}/universe/universe_domain`),
  },
]);

const osLogin = section("9", [
  ...["users?pagesize=10", "users?username=alice", "groups?pagesize=10", "authorize?email=a&policy=login", "certificates"].map((query) => ({
    id: `oslogin-off-${query.replaceAll(/[^a-z]+/g, "-")}`,
    grade: "CONFIRMED" as const,
    title: `oslogin/${query} is 404 while OS Login is off`,
    request: { target: `${v1}/oslogin/${query}` },
    expect: { status: 404, absent: ["ETag"] },
  })),
  {
    id: "oslogin-listing",
    grade: "UNKNOWN-chosen",
    title: "oslogin/ lists authenticate/",
    request: { target: `${v1}/oslogin/` },
    expect: text("authenticate/\n"),
  },
  {
    id: "oslogin-flavor",
    grade: "CONFIRMED",
    title: "oslogin/ asks for the header",
    request: { target: `${v1}/oslogin/users?pagesize=1`, flavor: null },
    expect: { status: 403 },
  },
]);

/** Rules about presets, universe and OS Login. */
export const presetRules: readonly Rule[] = [...gke, ...cloudRun, ...universe, ...osLogin];
