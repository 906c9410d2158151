/**
 * Cloud Run's metadata server (mds-behaviour.md 11).
 *
 * @module
 */
import { account, document, instance, v1 } from "./expectations.ts";
import { type Expectation, type Rule, section } from "./rule.ts";

/** The standing headers are those of a VM; the other servers have their own. */
const server = (name: string, expect: Expectation): Expectation => ({
  ...expect,
  standing: false,
  headers: { ...expect.headers, Server: name },
});

const leaf = (body: RegExp): Expectation => ({ status: 200, headers: { "Content-Type": "application/text" }, body });

const onCloudRun = (expect: Expectation): Expectation =>
  server("Metadata Server for Serverless", { ...expect, headers: { ...expect.headers, "Metadata-Flavor": "Google" } });

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

/** Rules about the preset cloud-run. */
export const cloudRunRules: readonly Rule[] = cloudRun;
