/**
 * What the directories of a machine without configuration list (mds-behaviour.md 2).
 *
 * @module
 */
import { instance, listing, v1 } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";

const nic = `${instance}/network-interfaces/0`;

const instanceEntries = [
  ...["attributes/", "cpu-platform", "credentials/", "description", "disks/", "gce-workload-certificates/"],
  ...["guest-attributes/", "hostname", "id", "image", "licenses/", "machine-type", "maintenance-event", "name"],
  ...["network-interfaces/", "partner-attributes/", "preempted", "remaining-cpu-time", "scheduling/"],
  ...["service-accounts/", "shutdown-details/", "tags", "upcoming-maintenance", "virtual-clock/", "zone"],
];

const listings: readonly (readonly [path: string, ...entries: string[]])[] = [
  [`${v1}/`, "instance/", "oslogin/", "project/"],
  [`${instance}/`, ...instanceEntries],
  [`${v1}/project/`, "attributes/", "numeric-project-id", "project-id"],
  [`${instance}/attributes/`],
  [`${instance}/disks/`, "0/"],
  [`${instance}/disks/0/`, "device-name", "index", "interface", "mode", "type"],
  [`${instance}/licenses/`, "0/"],
  [`${instance}/licenses/0/`, "id"],
  [`${instance}/network-interfaces/`, "0/"],
  [`${instance}/scheduling/`, "automatic-restart", "on-host-maintenance", "preemptible"],
  [`${instance}/virtual-clock/`, "drift-token"],
  [`${instance}/gce-workload-certificates/`, "config-status", "trust-anchors", "workload-identities"],
  [`${instance}/partner-attributes/`],
];

const nicEntries = [
  ...["access-configs/", "dns-servers", "forwarded-ips/", "gateway", "ip", "ip-aliases/"],
  ...["mac", "mtu", "network", "subnetmask", "target-instance-ips"],
];

const short = (path: string): string => path.slice(v1.length + 1).replaceAll("/", "-") || "root";

const shape = section("2", [
  ...listings.map(([target, ...entries]) => ({
    id: `listing-${short(target)}`,
    grade: entries.length > 0 ? ("CONFIRMED" as const) : ("LIKELY" as const),
    title:
      entries.length > 0
        ? `${target} lists in byte order, every line with its newline`
        : `${target} without keys is an empty body`,
    request: { target },
    expect: listing(...entries),
  })),
  {
    id: "listing-network-interface",
    grade: "CONFIRMED",
    title: "A network interface lists its leaves and directories",
    request: { target: `${nic}/` },
    expect: listing(...nicEntries),
  },
]);

/** Rules about listings. */
export const listingRules: readonly Rule[] = shape;
