/**
 * The machines that the presets imitate: plausible values that agree with each other (zone, region, hostname, machine
 * type, project number), around whatever the user has said (mds-behaviour.md 5, 11). Spelled as paths.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, type Scalar } from "../lib/json.ts";
import { overlay, valueAt } from "./document.ts";

export type Preset = "vm" | "cloud-run" | "gke";

/** What the other values are derived from. */
export interface Facts {
  readonly projectId: string;
  /** Digits. */
  readonly projectNumber: string;
  /** Short name, e.g. `us-central1-a`. */
  readonly zone: string;
  readonly region: string;
  readonly name: string;
  readonly domain: string;
}

export const defaultScopes: readonly string[] = [
  "https://www.googleapis.com/auth/cloud-platform",
  "https://www.googleapis.com/auth/userinfo.email",
];

const defaultZone: Readonly<Record<Preset, string>> = {
  vm: "us-central1-a",
  gke: "us-central1-c",
  "cloud-run": "us-central1-1",
};

/** Reads the facts from the user's document and fills in the rest. */
export function factsOf(preset: Preset, document: JsonObject): Facts {
  const projectId = textAt(document, "project", "project-id") ?? "emulated-project";
  const region = lastPart(textAt(document, "instance", "region"));
  const zone =
    lastPart(textAt(document, "instance", "zone")) ??
    (region === undefined ? defaultZone[preset] : `${region}-${zoneEnd(preset)}`);
  return {
    projectId,
    projectNumber: textAt(document, "project", "numeric-project-id") ?? "412345678901",
    zone,
    region: region ?? zone.replace(/-[^-]*$/, ""),
    name:
      textAt(document, "instance", "name") ??
      (preset === "gke" ? "gke-emulated-default-pool-3f1c7a52-x9qd" : "emulated-vm"),
    // `example.com:foo` becomes `foo.example.com` (mds-behaviour.md 5.1, hostname).
    domain: `c.${projectId.split(":").reverse().join(".")}.internal`,
  };
}

const zoneEnd = (preset: Preset) => (preset === "cloud-run" ? "1" : "a");

/** Returns the whole document of a preset: defaults with the user's values over them. */
export function completeDocument(preset: Preset, user: JsonObject): JsonObject {
  return overlay(makers[preset](factsOf(preset, user)), user);
}

/** The e-mail of the account that a machine of this preset has when nobody says otherwise. */
export function defaultEmail(preset: Preset, facts: Facts): string {
  return preset === "gke"
    ? `emulated@${facts.projectId.split(":").reverse().join(".")}.iam.gserviceaccount.com`
    : `${facts.projectNumber}-compute@developer.gserviceaccount.com`;
}

const makers: Readonly<Record<Preset, (facts: Facts) => JsonObject>> = { vm, gke, "cloud-run": cloudRun };

const vmId = 7243198306741625103n;

function vm(facts: Facts): JsonObject {
  return {
    instance: {
      attributes: {},
      "cpu-platform": "Intel Broadwell",
      credentials: {},
      description: "",
      disks: [
        { "device-name": facts.name, index: 0, interface: "SCSI", mode: "READ_WRITE", type: "PERSISTENT-BALANCED" },
      ],
      "gce-workload-certificates": {},
      "guest-attributes": {},
      hostname: `${facts.name}.${facts.zone}.${facts.domain}`,
      id: vmId,
      image: "projects/debian-cloud/global/images/debian-12-bookworm-v20260810",
      licenses: [{ id: "2147286739765738111" }],
      "machine-type": `projects/${facts.projectNumber}/machineTypes/e2-medium`,
      "maintenance-event": "NONE",
      name: facts.name,
      "network-interfaces": [networkInterface(facts)],
      "partner-attributes": {},
      preempted: "FALSE",
      "remaining-cpu-time": -1,
      scheduling: { "automatic-restart": "TRUE", "on-host-maintenance": "MIGRATE", preemptible: "FALSE" },
      "service-accounts": {},
      "shutdown-details": {
        "max-duration": "0",
        "request-timestamp": "0",
        "stop-state": "NONE",
        "target-state": "NONE",
      },
      tags: [],
      "virtual-clock": { "drift-token": "0" },
      zone: `projects/${facts.projectNumber}/zones/${facts.zone}`,
    },
    oslogin: { authenticate: { sessions: {} } },
    project: project(facts),
    universe: { "universe-domain": "googleapis.com" },
  };
}

function networkInterface(facts: Facts): JsonObject {
  return {
    "access-configs": [{ "external-ip": "", type: "ONE_TO_ONE_NAT" }],
    "dns-servers": ["169.254.169.254"],
    "forwarded-ips": [],
    gateway: "10.128.0.1",
    ip: "10.128.0.2",
    "ip-aliases": [],
    mac: "42:01:0a:80:00:02",
    mtu: 1460,
    network: `projects/${facts.projectNumber}/networks/default`,
    subnetmask: "255.255.240.0",
    "target-instance-ips": [],
  };
}

function project(facts: Facts): JsonObject {
  return { attributes: {}, "numeric-project-id": number(facts.projectNumber), "project-id": facts.projectId };
}

function gke(facts: Facts): JsonObject {
  return {
    instance: {
      attributes: {
        "cluster-location": facts.region,
        "cluster-name": "emulated-cluster",
        "cluster-uid": "5d0c8f1be2a94b7c8f3e61a0d97b24c6e8a1f05b3c7d4e92a6b80f1c3d5e7a90",
      },
      hostname: `${facts.name}.${facts.zone}.${facts.domain}`,
      id: vmId,
      "service-accounts": {},
      zone: `projects/${facts.projectNumber}/zones/${facts.zone}`,
    },
    project: { "numeric-project-id": number(facts.projectNumber), "project-id": facts.projectId },
  };
}

function cloudRun(facts: Facts): JsonObject {
  return {
    instance: {
      id: "0071bb481567295e".repeat(10),
      region: `projects/${facts.projectNumber}/regions/${facts.region}`,
      "service-accounts": {},
      zone: `projects/${facts.projectNumber}/zones/${facts.zone}`,
    },
    project: { "numeric-project-id": number(facts.projectNumber), "project-id": facts.projectId },
    universe: { "universe-domain": "googleapis.com" },
  };
}

/** Digits as an exact JSON number. */
export function number(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

function textAt(document: JsonObject, ...path: string[]): string | undefined {
  const value: Json | undefined = valueAt(document, path);
  if (value === undefined || value === null || value === "" || Array.isArray(value) || isObject(value))
    return undefined;
  return String(value as Scalar);
}

function lastPart(value: string | undefined): string | undefined {
  return value?.slice(value.lastIndexOf("/") + 1);
}
