/**
 * GKE's metadata server (mds-behaviour.md 11).
 *
 * @module
 */
import { account, document, instance, jsonThat, refused, v1 } from "./expectations.ts";
import { type Expectation, type Rule, section } from "./rule.ts";

/** The standing headers are those of a VM; the other servers have their own. */
const server = (name: string, expect: Expectation): Expectation => ({
  ...expect,
  standing: false,
  headers: { ...expect.headers, Server: name },
});

const onGke = (expect: Expectation): Expectation =>
  server("GKE Metadata Server", { ...expect, headers: { ...expect.headers, "Metadata-Flavor": "Google" } });
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
    {
      id: "gke-root",
      grade: "CONFIRMED",
      title: "GKE's / lists computeMetadata/",
      request: { target: "/" },
      expect: onGke(plain("computeMetadata/\n")),
    },
    {
      id: "gke-v1",
      grade: "CONFIRMED",
      title: "GKE's v1 lists instance/ and project/ only",
      request: { target: `${v1}/` },
      expect: onGke(plain("instance/\nproject/\n")),
    },
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
    ...["name", "machine-type", "disks/", "tags", "attributes/other", "guest-attributes/", "upcoming-maintenance"].map(
      (key) => ({
        id: `gke-absent-${key.replaceAll("/", "-")}`,
        grade: "CONFIRMED" as const,
        title: `GKE has no ${key}: 404 with the body Not Found`,
        request: { target: `${instance}/${key}` },
        expect: server("GKE Metadata Server", { status: 404, absent: ["ETag"], body: "Not Found\n" }),
      }),
    ),
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
        body: jsonThat("only that scope", (info: { scope?: string }) =>
          info.scope?.endsWith("userinfo.email") && !info.scope.includes(" ") ? undefined : `scope is ${info.scope}`,
        ),
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

/** Rules about the preset gke. */
export const gkeRules: readonly Rule[] = gke;
