/**
 * What a configuration adds to the tree: attributes, IPv6, VLANs, partner attributes, workload certificates, keys of the
 * user's own (mds-behaviour.md 2, 5).
 *
 * @module
 */
import { instance, json, listing, notFound, redirect, text, v1 } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const attributes = `${instance}/attributes`;
const nic = `${instance}/network-interfaces/0`;
const vlan = `${instance}/vlan-network-interfaces`;

const listings: readonly (readonly [id: string, path: string, ...entries: string[]])[] = [
  [
    "attributes",
    `${attributes}/`,
    ...[
      "__proto__",
      "constructor",
      "disable-legacy-endpoints",
      "empty",
      "enable-guest-attributes",
      "ssh-keys",
      "sshKeys",
      "under_score",
      "unicode",
    ],
  ],
  ["disks", `${instance}/disks/`, "0/", "1/"],
  ["forwarded-ips", `${nic}/forwarded-ips/`, "0", "1"],
  ["forwarded-ips-empty", `${instance}/network-interfaces/1/forwarded-ips/`],
  ["access-configs-empty", `${instance}/network-interfaces/1/access-configs/`],
  ["forwarded-ipv6s", `${nic}/forwarded-ipv6s/`, "0"],
  ["ip-aliases", `${nic}/ip-aliases/`, "0"],
  ["access-configs", `${nic}/access-configs/`, "0/"],
  ["vlan", `${vlan}/`, "0/"],
  ["vlan-nic", `${vlan}/0/`, "5/"],
  ["vlan-leaves", `${vlan}/0/5/`, "gateway", "gateway-ipv6", "ip", "ipv6s", "mac", "mtu", "parent-interface", "vlan"],
  ["partner", `${instance}/partner-attributes/`, "iam.googleapis.com/", "wc.compute.googleapis.com/"],
  ["partner-nested", `${instance}/partner-attributes/iam.googleapis.com/`, "workload_pool/"],
  ["own", `${instance}/my-own-thing/`, "inner-value", "some-number"],
  ["project-attributes", `${v1}/project/attributes/`, "enable-access-token-enforce-scopes", "serial-port-enable"],
];

const leaves: readonly (readonly [id: string, path: string, value: BodyRule])[] = [
  ["id", `${instance}/id`, String(rich.id)],
  ["numeric-project-id", `${v1}/project/numeric-project-id`, String(rich.number)],
  ["machine-type", `${instance}/machine-type`, "projects/129731223780/machineTypes/e2-medium"],
  ["hostname", `${instance}/hostname`, "grr-vm.us-central1-c.c.my-project.internal"],
  ["attribute-empty", `${attributes}/empty`, ""],
  ["attribute-lines", `${attributes}/ssh-keys`, rich.sshKeys],
  ["attribute-case", `${attributes}/sshKeys`, "old"],
  ["attribute-underscore", `${attributes}/under_score`, "kept"],
  ["attribute-unicode", `${attributes}/unicode`, "grüße ☃ 𝄞"],
  ["disk", `${instance}/disks/1/interface`, "NVME"],
  ["license", `${instance}/licenses/0/id`, "3853522013536123851"],
  ["external-ip", `${nic}/access-configs/0/external-ip`, "33.162.212.82"],
  ["forwarded-ip", `${nic}/forwarded-ips/1`, "203.0.113.8"],
  ["forwarded-ipv6", `${nic}/forwarded-ipv6s/0`, "2600:1900:4000::/96"],
  ["ip-alias", `${nic}/ip-aliases/0`, "10.12.0.0/24"],
  ["gateway-ipv6", `${nic}/gateway-ipv6`, "fe80::4001:aff:fe80:1"],
  ["dhcpv6-refresh", `${nic}/dhcpv6-refresh`, "1669766460"],
  ["vlan-mac", `${vlan}/0/5/mac`, "42:01:0a:14:00:05"],
  ["vlan-id", `${vlan}/0/5/vlan`, "5"],
  ["vlan-parent", `${vlan}/0/5/parent-interface`, `${instance}/network-interfaces/0/`],
  ["partner", `${instance}/partner-attributes/iam.googleapis.com/workload_pool/audience`, "a"],
  ["own", `${instance}/my-own-thing/inner-value`, "x"],
  ["own-number", `${instance}/my-own-thing/some-number`, "7"],
  ["project-attribute", `${v1}/project/attributes/serial-port-enable`, "1"],
];

const configured = section(
  "5.1",
  [
    ...listings.map(([id, target, ...entries]) => ({
      id: `configured-listing-${id}`,
      grade: "CONFIRMED" as const,
      section: "2",
      title: `${target} lists ${entries.length === 0 ? "nothing" : `its ${entries.length} entries in byte order`}`,
      request: { target },
      expect: listing(...entries),
    })),
    ...leaves.map(([id, target, value]) => ({
      id: `configured-${id}`,
      grade: "CONFIRMED" as const,
      title: `${target} is served as configured`,
      request: { target },
      expect: text(value),
    })),
    {
      id: "dns-servers-lines",
      grade: "LIKELY",
      section: "2",
      title: "dns-servers is text, one per line",
      request: { target: `${nic}/dns-servers` },
      expect: text("169.254.169.254\n10.128.0.53\n"),
    },
    {
      id: "ipv6s-lines",
      grade: "LIKELY",
      section: "2",
      title: "ipv6s is text, one per line",
      request: { target: `${nic}/ipv6s` },
      expect: text("2600:1900:4000:1::\n"),
    },
    {
      id: "target-instance-ips-empty",
      grade: "LIKELY",
      section: "2",
      title: "An empty list leaf is an empty body",
      request: { target: `${nic}/target-instance-ips` },
      expect: text(""),
    },
    {
      id: "project-attributes-not-merged",
      grade: "CONFIRMED",
      section: "5.4",
      title: "Project attributes are not merged into the instance's",
      request: { target: `${attributes}/serial-port-enable` },
      expect: notFound(`${attributes}/serial-port-enable`),
    },
    {
      id: "forwarded-ips-redirect",
      grade: "CONFIRMED",
      section: "2",
      title: "A list that is a directory redirects without its slash",
      request: { target: `${nic}/forwarded-ips` },
      expect: redirect(`http://metadata.google.internal${nic}/forwarded-ips/`, `${nic}/forwarded-ips/\n`),
    },
    {
      id: "upcoming-maintenance-none",
      grade: "CONFIRMED",
      section: "5.2",
      title: "A machine without the feature says NONE",
      request: { target: `${instance}/upcoming-maintenance?alt=text` },
      expect: text("NONE"),
    },
    {
      id: "upcoming-maintenance-none-json",
      grade: "CONFIRMED",
      section: "5.2",
      title: 'With alt=json it is "NONE" in quotes',
      request: { target: `${instance}/upcoming-maintenance?alt=json` },
      expect: json('"NONE"'),
    },
    ...(
      [
        ["config-status", rich.status],
        ["workload-identities", rich.identities],
        ["trust-anchors", "{}\n"],
      ] as const
    ).map(([leaf, body]) => ({
      id: `workload-configured-${leaf}`,
      grade: "CONFIRMED" as const,
      section: "5.3",
      title: `gce-workload-certificates/${leaf} is the configured document, lines and all`,
      request: { target: `${instance}/gce-workload-certificates/${leaf}` },
      expect: { status: 200, body },
    })),
    {
      id: "mtls-configuration",
      grade: "CONFIRMED",
      title: "platform-security/auto-mtls-configuration is JSON when configured",
      request: { target: `${instance}/platform-security/auto-mtls-configuration` },
      expect: { status: 200, body: { json: rich.mtls } },
    },
    {
      id: "mtls-configuration-hidden",
      grade: "CONFIRMED",
      title: "platform-security is not listed",
      request: { target: `${instance}/` },
      expect: text({
        says: "no platform-security",
        check: (body) => (body.includes("platform-security") ? "lists it" : undefined),
      }),
    },
  ],
  "rich",
);

/** Rules about a configured tree. */
export const configuredTreeRules: readonly Rule[] = configured;
