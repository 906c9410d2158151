/**
 * Every key of the tree and its default rendering (mds-behaviour.md 5): first the server without configuration, then
 * what a configured machine adds.
 *
 * @module
 */
import { errorPage, instance, json, jsonThat, notFound, text, v1 } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";

const nic = `${instance}/network-interfaces/0`;

const leaves: readonly (readonly [path: string, value: BodyRule])[] = [
  [`${instance}/cpu-platform`, /^(?:Intel|AMD|Ampere|Google) .+[^\n]$/],
  [`${instance}/description`, ""],
  [`${instance}/disks/0/device-name`, /^[^\n]+$/],
  [`${instance}/disks/0/index`, "0"],
  [`${instance}/disks/0/interface`, /^(?:SCSI|NVME)$/],
  [`${instance}/disks/0/mode`, "READ_WRITE"],
  [`${instance}/disks/0/type`, /^(?:PERSISTENT(?:-BALANCED|-SSD)?|LOCAL-SSD)$/],
  [`${instance}/hostname`, /^[a-z][-a-z0-9]*\.[a-z]+-[a-z]+\d-[a-z]\.c\.[-a-z0-9.]+\.internal$/],
  [`${instance}/id`, /^\d{17,20}$/],
  [`${instance}/image`, /^projects\/[-a-z0-9]+\/global\/images\/[-a-z0-9]+$/],
  [`${instance}/licenses/0/id`, /^\d+$/],
  [`${instance}/machine-type`, /^projects\/\d+\/machineTypes\/[a-z0-9-]+$/],
  [`${instance}/maintenance-event`, "NONE"],
  [`${instance}/name`, /^[a-z][-a-z0-9]*$/],
  [`${instance}/preempted`, "FALSE"],
  [`${instance}/remaining-cpu-time`, "-1"],
  [`${instance}/scheduling/automatic-restart`, /^(?:TRUE|FALSE)$/],
  [`${instance}/scheduling/on-host-maintenance`, /^(?:MIGRATE|TERMINATE)$/],
  [`${instance}/scheduling/preemptible`, /^(?:TRUE|FALSE)$/],
  [`${instance}/virtual-clock/drift-token`, /^\d+$/],
  [`${instance}/zone`, /^projects\/\d+\/zones\/[a-z]+-[a-z]+\d-[a-z]$/],
  [`${nic}/access-configs/0/external-ip`, /^(?:[\d.]+)?$/],
  [`${nic}/access-configs/0/type`, "ONE_TO_ONE_NAT"],
  [`${nic}/dns-servers`, /^(?:[\d.]+\n)+$/],
  [`${nic}/gateway`, /^[\d.]+$/],
  [`${nic}/ip`, /^[\d.]+$/],
  [`${nic}/mac`, /^42:01(?::[0-9a-f]{2}){4}$/],
  [`${nic}/mtu`, /^\d{4}$/],
  [`${nic}/network`, /^projects\/\d+\/networks\/[-a-z0-9]+$/],
  [`${nic}/subnetmask`, /^255\.[\d.]+$/],
  [`${v1}/project/numeric-project-id`, /^\d+$/],
  [`${v1}/project/project-id`, /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/],
];

const short = (path: string): string => path.slice(v1.length + 1).replaceAll("/", "-") || "root";

const values = section("5.1", [
  ...leaves.map(([target, value]) => ({
    id: `leaf-${short(target)}`,
    grade: "CONFIRMED" as const,
    title: `${target} is text${target.endsWith("dns-servers") ? ", one per line" : " without a newline (R4)"}`,
    request: { target },
    expect: text(value),
  })),
  {
    id: "leaf-tags-empty",
    grade: "CONFIRMED",
    title: "No tags are []",
    request: { target: `${instance}/tags` },
    expect: json("[]"),
  },
  {
    id: "no-region",
    grade: "CONFIRMED",
    title: "region is not on GCE",
    request: { target: `${instance}/region` },
    expect: notFound(`${instance}/region`),
  },
  ...[
    "legacy-endpoint-access/",
    "vlan-network-interfaces/",
    "identity-configuration/",
    "physical-host-topology",
    "workload-identities",
  ].map((key) => ({
    id: `absent-${key.replace("/", "")}`,
    grade: "CONFIRMED" as const,
    title: `${key} is not there by default`,
    request: { target: `${instance}/${key}` },
    expect: notFound(`${instance}/${key}`),
  })),
  {
    id: "absent-mtls-configuration",
    grade: "CONFIRMED",
    title: "platform-security/auto-mtls-configuration is normally 404",
    request: { target: `${instance}/platform-security/auto-mtls-configuration` },
    expect: notFound(`${instance}/platform-security/auto-mtls-configuration`),
  },
  ...["config-status", "trust-anchors", "workload-identities"].map((leaf) => ({
    id: `workload-unconfigured-${leaf}`,
    grade: "CONFIRMED" as const,
    title: `gce-workload-certificates/${leaf} is 412 when it was never configured`,
    request: { target: `${instance}/gce-workload-certificates/${leaf}` },
    expect: { status: 412, absent: ["ETag"] },
  })),
  {
    id: "shutdown-details",
    grade: "CONFIRMED",
    title: "shutdown-details/ is a directory",
    request: { target: `${instance}/shutdown-details/` },
    expect: text(/^(?:[-a-z]+\n)*$/),
  },
  {
    id: "credentials",
    grade: "CONFIRMED",
    title: "credentials/ is a directory",
    request: { target: `${instance}/credentials/` },
    expect: text(/^(?:[-a-z]+\n)*$/),
  },
  {
    id: "upcoming-maintenance-none-yet",
    grade: "CONFIRMED",
    section: "5.2",
    title: "upcoming-maintenance without a notification is 503 with a JSON error",
    request: { target: `${instance}/upcoming-maintenance` },
    expect: {
      status: 503,
      headers: { "Content-Type": "application/json" },
      body: { json: { error: "no notifications have been received yet, try again later" } },
    },
  },
  {
    id: "consistent-vm",
    grade: "OURS",
    title: "Zone, hostname, name and project numbers agree with each other",
    request: { target: `${v1}/?recursive=true` },
    expect: json(jsonThat("one machine", consistent)),
  },
]);

interface Machine {
  readonly instance: Readonly<Record<"hostname" | "machineType" | "name" | "zone", string>> & {
    readonly networkInterfaces: readonly { network: string }[];
  };
  readonly project: { readonly numericProjectId: number; readonly projectId: string };
}

function consistent({ instance: vm, project }: Machine): string | undefined {
  const zone = vm.zone.split("/").at(-1);
  const numbered = [vm.zone, vm.machineType, ...vm.networkInterfaces.map(({ network }) => network)];
  if (!numbered.every((name) => name.startsWith(`projects/${project.numericProjectId}/`)))
    return `not all of project ${project.numericProjectId}: ${numbered}`;
  const hostname = `${vm.name}.${zone}.c.${project.projectId}.internal`;
  return vm.hostname === hostname ? undefined : `hostname ${vm.hostname} instead of ${hostname}`;
}

const bare = section(
  "5.1",
  [
    {
      id: "hostname-domain-scoped",
      grade: "CONFIRMED",
      title: "A domain-scoped project turns round in the hostname",
      request: { target: `${instance}/hostname` },
      expect: text(/\.c\.foo-prod\.example\.com\.internal$/),
    },
    {
      id: "project-domain-scoped",
      grade: "CONFIRMED",
      section: "5.4",
      title: "A domain-scoped project id is served as it is",
      request: { target: `${v1}/project/project-id` },
      expect: text("example.com:foo-prod"),
    },
  ],
  "bare",
);

const errors = section("1.6", [
  {
    id: "not-found-page",
    grade: "CONFIRMED",
    title: "A missing key is an HTML page that names the path, without ETag",
    request: { target: `${v1}/universe/universe_domain` },
    expect: {
      ...errorPage(404, `<code>${v1}/universe/universe_domain</code>`, "was not found on this server", "404"),
      absent: ["ETag"],
    },
  },
]);

/** Rules about what is in the tree of a machine without configuration. */
export const treeRules: readonly Rule[] = [...values, ...bare, ...errors];
