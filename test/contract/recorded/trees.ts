/**
 * Listings, values and documents of the tree as they were recorded; the set-ups `captured` and `documented` are
 * configured as the machines that were recorded.
 *
 * @module
 */
import { account, instance, v1 } from "../wire/expectations.ts";
import type { RecordedAnswer } from "./answer.ts";

const list = (...entries: readonly string[]) => entries.map((entry) => `${entry}\n`).join("");

const listings: readonly RecordedAnswer[] = (
  [
    [`${v1}/`, list("instance/", "oslogin/", "project/")],
    [
      `${instance}/`,
      list(
        ...["attributes/", "cpu-platform", "credentials/", "description", "disks/", "gce-workload-certificates/"],
        ...["guest-attributes/", "hostname", "id", "image", "licenses/", "machine-type", "maintenance-event", "name"],
        ...["network-interfaces/", "partner-attributes/", "preempted", "remaining-cpu-time", "scheduling/"],
        ...["service-accounts/", "shutdown-details/", "tags", "upcoming-maintenance", "virtual-clock/", "zone"],
      ),
    ],
    [`${instance}/service-accounts/`, list("713826089555-compute@developer.gserviceaccount.com/", "default/")],
    [`${account}/`, list("aliases", "email", "identity", "scopes", "token")],
  ] as const
).map(([target, body]) => ({
  source: "CAP-2026",
  section: "2",
  setup: "captured",
  request: { target },
  status: 200,
  body,
}));

const nic =
  '"networkInterfaces":[{"accessConfigs":[{"externalIp":"33.162.212.82","type":"ONE_TO_ONE_NAT"}],"dnsServers":["169.254.169.254"],"forwardedIps":[],"gateway":"10.138.0.1","ip":"10.138.0.7","ipAliases":[],"mac":"42:01:0a:9a:0e:27","mtu":1460,"network":"projects/523926462582/networks/default","subnetmask":"255.255.240.0","targetInstanceIps":[]}],';

const json: readonly RecordedAnswer[] = [
  {
    source: "CAP-JSON",
    section: "4",
    setup: "captured",
    request: { target: `${v1}/?recursive=true` },
    status: 200,
    body: [
      '{"instance":{"attributes":{},"cpuPlatform":"Intel Broadwell",',
      '"description":"","disks":[{"deviceName":"dev-vm","index":0,"interface":"SCSI","mode":"READ_WRITE","type":"PERSISTENT-BALANCED"}],',
      '"guestAttributes":{},"hostname":"',
      '","id":5737554347302044216,',
      nic,
      '"preempted":"FALSE","remainingCpuTime":-1,',
      '"oslogin":{"authenticate":{"sessions":{}}}',
    ],
  },
  {
    source: "CAP-JSON",
    section: "4",
    setup: "captured",
    request: { target: `${account}/?recursive=true` },
    status: 200,
    body: '{"aliases":["default"],"email":"713826089555-compute@developer.gserviceaccount.com","scopes":["https://www.googleapis.com/auth/cloud-platform"]}',
  },
  {
    source: "sentry-python",
    section: "4",
    setup: "bare",
    request: { target: `${instance}/?recursive=true` },
    status: 200,
    body: ['"serviceAccounts":{},'],
  },
  {
    source: "SRC-GA1",
    section: "4",
    setup: "rich",
    request: { target: `${instance}/?recursive=true` },
    status: 200,
    body: [
      '"vlanNetworkInterfaces":{"0":{"5":{',
      '"parentInterface":"/computeMetadata/v1/instance/network-interfaces/0/"',
    ],
  },
];

const documented: readonly RecordedAnswer[] = [
  {
    source: "DOC-Q",
    section: "3.2",
    setup: "documented",
    request: { target: `${instance}/disks/?recursive=true&alt=text` },
    status: 200,
    body: list("0/device-name boot", "0/index 0", "0/mode READ_WRITE", "0/type PERSISTENT"),
  },
  {
    source: "DOC-Q",
    section: "2",
    setup: "documented",
    request: { target: `${instance}/tags` },
    status: 200,
    body: '["docker-machine"]',
  },
  {
    source: "CAP-TEXT",
    section: "3.2",
    setup: "documented",
    request: { target: `${v1}/?recursive=true&alt=text` },
    status: 200,
    body: [
      "instance/service-accounts/default/scopes https://www.googleapis.com/auth/logging.write\n",
      "instance/service-accounts/default/scopes https://www.googleapis.com/auth/monitoring.write\n",
      "instance/tags docker-machine\n",
      "project/numeric-project-id 745008255720\n",
    ],
  },
  {
    source: "CAP-WL",
    section: "5.3",
    setup: "documented",
    request: { target: `${instance}/gce-workload-certificates/config-status` },
    status: 200,
    body: '{\n "partnerMetadataConfigsErrors": {}\n}',
  },
  {
    source: "CAP-WL",
    section: "7",
    setup: "captured",
    request: { target: `${instance}/guest-attributes/` },
    status: 403,
    body: "Guest attributes endpoint access is disabled.",
  },
  {
    source: "SRC-SAP",
    section: "5.2",
    setup: "captured",
    request: { target: `${instance}/upcoming-maintenance` },
    status: 503,
    body: '{ "error": "no notifications have been received yet, try again later" }',
  },
  {
    source: "scylla doctor",
    section: "5.2",
    setup: "documented",
    request: { target: `${instance}/upcoming-maintenance?alt=json` },
    status: 200,
    body: '"NONE"',
  },
];

/** What was recorded of the tree. */
export const trees: readonly RecordedAnswer[] = [...listings, ...json, ...documented];
