/**
 * What the presets' trees have beside their documents: leaves that are made anew for each request, and some that are
 * answered although they are not there (mds-behaviour.md 5.1).
 *
 * @module
 */
import type { Preset } from "./defaults.ts";
import type { Additions, Node } from "./tree.ts";

const endpoint: Node = { kind: "endpoint" };
const accountEndpoints: Additions = {
  "instance/service-accounts/*/identity": endpoint,
  "instance/service-accounts/*/token": endpoint,
};

const noMaintenance: Node = {
  kind: "absent",
  status: 503,
  body: '{ "error": "no notifications have been received yet, try again later" }',
  contentType: "application/json",
};

/** Workload certificates that were never configured: 412 (mds-behaviour.md 5.1); the body is our own. */
const noCertificates: Node = {
  kind: "absent",
  status: 412,
  body: "Managed workload identity is not configured on this instance.\n",
  contentType: "text/plain",
};

/** What a preset's tree has beside its document. */
export const additionsOf: Readonly<Record<Preset, Additions>> = {
  vm: {
    ...accountEndpoints,
    "instance/gce-workload-certificates/config-status": noCertificates,
    "instance/gce-workload-certificates/trust-anchors": noCertificates,
    "instance/gce-workload-certificates/workload-identities": noCertificates,
    "instance/upcoming-maintenance": noMaintenance,
  },
  gke: accountEndpoints,
  "cloud-run": accountEndpoints,
};
