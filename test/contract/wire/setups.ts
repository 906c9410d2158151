/**
 * The machines that the rules are asked of: one server each. `vm` is the server without any configuration; `rich` has
 * what a real dump can hold; `bare` has no service account, but OS Login; `gke` and `cloud-run` are the other presets.
 * `captured` and `documented` are the machines of `test/contract/recorded/`.
 *
 * @module
 */
import type { ServerOptions } from "../../harness/runtime-command.ts";

export type SetupName = "vm" | "rich" | "bare" | "gke" | "cloud-run" | "captured" | "documented";

/** Values that rules of `rich` repeat. */
export const rich = {
  id: 7723260132568912421n,
  number: 129731223780,
  email: "713826089555-compute@developer.gserviceaccount.com",
  other: "ci-runner@my-project.iam.gserviceaccount.com",
  scopes: ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"],
  otherScopes: ["https://www.googleapis.com/auth/logging.write"],
  sshKeys: "alice:ssh-ed25519 AAAAC3Nz alice@example.com\nbob:ssh-rsa AAAAB3Nz bob@example.com",
  status: '{\n "partnerMetadataConfigsErrors": {}\n}\n',
  identities: '{\n "workloadCredentials": {}\n}\n',
  mtls: { s2a: { plaintext_address: "127.0.0.1:8001", mtls_address: "127.0.0.1:8002" } },
} as const;

const firstInterface = {
  accessConfigs: [{ externalIp: "33.162.212.82", type: "ONE_TO_ONE_NAT" }],
  dhcpv6Refresh: "1669766460",
  dnsServers: ["169.254.169.254", "10.128.0.53"],
  forwardedIps: ["203.0.113.7", "203.0.113.8"],
  forwardedIpv6s: ["2600:1900:4000::/96"],
  gateway: "10.128.0.1",
  gatewayIpv6: "fe80::4001:aff:fe80:1",
  ip: "10.128.0.7",
  ipAliases: ["10.12.0.0/24"],
  ipv6s: ["2600:1900:4000:1::"],
  mac: "42:01:0a:80:00:07",
  mtu: 1460,
  network: "projects/129731223780/networks/default",
  subnetmask: "255.255.240.0",
  targetInstanceIps: [],
};

const secondInterface = {
  accessConfigs: [],
  dnsServers: ["169.254.169.254"],
  forwardedIps: [],
  gateway: "10.10.0.1",
  ip: "10.10.0.2",
  ipAliases: [],
  mac: "42:01:0a:0a:00:02",
  mtu: 8896,
  network: "projects/129731223780/networks/second",
  subnetmask: "255.255.255.0",
  targetInstanceIps: [],
};

const vlan = {
  gateway: "10.20.0.1",
  gatewayIpv6: "fe80::1",
  ip: "10.20.0.5",
  ipv6s: ["2600:1900:4000:2::5"],
  mac: "42:01:0a:14:00:05",
  mtu: 1460,
  parentInterface: "/computeMetadata/v1/instance/network-interfaces/0/",
  vlan: 5,
};

const richTree = {
  instance: {
    // Keys that collide with JavaScript's own are legal attribute names.
    attributes: {
      ["__proto__"]: "ordinary",
      constructor: "also-ordinary",
      "disable-legacy-endpoints": "TRUE",
      empty: "",
      "enable-guest-attributes": "TRUE",
      sshKeys: "old",
      "ssh-keys": rich.sshKeys,
      under_score: "kept",
      unicode: "grüße ☃ 𝄞",
    },
    disks: [
      { deviceName: "boot", index: 0, interface: "SCSI", mode: "READ_WRITE", type: "PERSISTENT" },
      { deviceName: "data", index: 1, interface: "NVME", mode: "READ_WRITE", type: "PERSISTENT-SSD" },
    ],
    gceWorkloadCertificates: { configStatus: rich.status, trustAnchors: "{}\n", workloadIdentities: rich.identities },
    hostname: "grr-vm.us-central1-c.c.my-project.internal",
    id: rich.id,
    legacyEndpointAccess: { "0.1": 0, v1beta1: 3 },
    licenses: [{ id: "3853522013536123851" }],
    machineType: "projects/129731223780/machineTypes/e2-medium",
    myOwnThing: { innerValue: "x", someNumber: 7 },
    name: "grr-vm",
    networkInterfaces: [firstInterface, secondInterface],
    partnerAttributes: {
      "iam.googleapis.com": { workload_pool: { audience: "a" } },
      "wc.compute.googleapis.com": { k: "v" },
    },
    platformSecurity: { autoMtlsConfiguration: rich.mtls },
    tags: ["http-server", "db-client"],
    upcomingMaintenance: "NONE",
    vlanNetworkInterfaces: { "0": { "5": vlan } },
    zone: "projects/129731223780/zones/us-central1-c",
  },
  project: {
    attributes: { "enable-access-token-enforce-scopes": "TRUE", "serial-port-enable": "1" },
    numericProjectId: rich.number,
    projectId: "my-project",
  },
};

/** What rules about OS Login repeat. */
export const osLogin = {
  alice: { uid: "1001", key: "ssh-ed25519 AAAAC3Nz alice", securityKey: "sk-ssh-ed25519 AAAAGnNr alice" },
  carol: { credential: "123456" },
  authority: "ssh-ed25519 AAAAC3NzCA authority",
} as const;

const directory = {
  users: [
    {
      username: "alice",
      email: "alice@example.com",
      uid: osLogin.alice.uid,
      adminLogin: true,
      sshPublicKeys: [osLogin.alice.key],
      securityKeys: [osLogin.alice.securityKey],
    },
    { username: "bob", email: "bob@example.com", login: false },
    {
      username: "carol",
      email: "carol@example.com",
      challenge: { type: "TOTP", credential: osLogin.carol.credential },
    },
  ],
  groups: [
    { name: "demo", gid: 123452, members: ["alice", "bob"] },
    { name: "empty", gid: 123453 },
  ],
  certificates: [osLogin.authority],
};

/** The machine of CAP-GRR, CAP-2026 and CAP-JSON, as far as one machine can be all three. */
const captured = {
  instance: {
    id: 5737554347302044216n,
    name: "dev-vm",
    networkInterfaces: [
      {
        accessConfigs: [{ externalIp: "33.162.212.82", type: "ONE_TO_ONE_NAT" }],
        dnsServers: ["169.254.169.254"],
        forwardedIps: [],
        gateway: "10.138.0.1",
        ip: "10.138.0.7",
        ipAliases: [],
        mac: "42:01:0a:9a:0e:27",
        mtu: 1460,
        network: "projects/523926462582/networks/default",
        subnetmask: "255.255.240.0",
        targetInstanceIps: [],
      },
    ],
    zone: "projects/129731223780/zones/us-central1-c",
  },
  project: { numericProjectId: rich.number, projectId: "my-project" },
};

/** The machine of Google's documentation, CAP-TEXT and CAP-WL. */
const documented = {
  instance: {
    disks: [{ deviceName: "boot", index: 0, mode: "READ_WRITE", type: "PERSISTENT" }],
    gceWorkloadCertificates: { configStatus: { partnerMetadataConfigsErrors: {} } },
    partnerAttributes: { "iam.googleapis.com": { workload_pool: "a" } },
    tags: ["docker-machine"],
    upcomingMaintenance: "NONE",
  },
  project: { numericProjectId: 745008255720 },
};

const loggingScopes = [
  "https://www.googleapis.com/auth/logging.write",
  "https://www.googleapis.com/auth/monitoring.write",
];

/** How each server is started. */
export const setups: Readonly<Record<SetupName, ServerOptions>> = {
  vm: {},
  rich: {
    flags: ["--allow-host", "allowed.example"],
    config: {
      metadata: richTree,
      accounts: {
        default: { email: rich.email, scopes: rich.scopes, source: { type: "local" } },
        [rich.other]: { scopes: rich.otherScopes, source: { type: "local" } },
      },
    },
  },
  bare: {
    config: {
      metadata: {
        instance: { serviceAccounts: {} },
        project: { attributes: { "enable-oslogin": "TRUE" }, projectId: "example.com:foo-prod" },
      },
      oslogin: directory,
    },
  },
  captured: {
    config: {
      metadata: captured,
      accounts: {
        default: {
          email: rich.email,
          scopes: ["https://www.googleapis.com/auth/cloud-platform"],
          source: { type: "local" },
        },
      },
    },
  },
  documented: {
    config: { metadata: documented, accounts: { default: { scopes: loggingScopes, source: { type: "local" } } } },
  },
  gke: { flags: ["--preset", "gke"] },
  "cloud-run": { flags: ["--preset", "cloud-run"] },
};
