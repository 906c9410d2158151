/**
 * What shows the described statuses that no example shows. The rest of a request is the example's.
 *
 * @module
 */
import type { Instead } from "./requests.ts";

/** The configuration of the servers that are asked. */
export const configuration = {
  metadata: {
    instance: {
      attributes: { color: "red", "enable-guest-attributes": "TRUE", "enable-oslogin": "TRUE" },
      guestAttributes: { "guest-agent": { status: "starting" } },
    },
  },
  oslogin: {
    users: [
      {
        username: "jane",
        email: "jane@example.com",
        sshPublicKeys: ["ssh-ed25519 AAAA jane"],
        securityKeys: ["sk-ssh-ed25519 AAAA jane"],
        challenge: { type: "AUTHZEN", credential: "123456" },
      },
    ],
    groups: [{ name: "staff", gid: 2000, members: ["jane"] }],
    certificates: ["ssh-ed25519 AAAA ca"],
  },
};

export interface Case extends Instead {
  /** `operationId`. */
  readonly id: string;
  readonly status: number;
}

const wait = "wait_for_change=true&timeout_sec=0";
const noJson = "{";
const tooLarge = "x".repeat(256 * 1024 + 1);

/** Examples that are answered with something else than the operation's first status. */
export const exampleStatus: Readonly<Record<string, number>> = {
  continueSession: 400,
  getTokenInfo: 400,
  readUpcomingMaintenance: 503,
  readConfigStatus: 412,
  readTrustAnchors: 412,
  readWorkloadIdentities: 412,
};

export const cases: readonly Case[] = [
  { id: "readRoot", status: 200, query: "recursive=true" },
  { id: "readRoot", status: 200, query: "recursive=true&alt=text" },
  { id: "readRoot", status: 200, query: `recursive=true&${wait}` },
  { id: "readRoot", status: 400, query: "alt=json" },
  { id: "readRoot", status: 400, query: wait },
  { id: "readNode", status: 200, path: "/computeMetadata/v1/instance/disks/", query: "recursive=true" },
  { id: "readNode", status: 200, path: "/computeMetadata/v1/instance/id", query: "alt=json" },
  { id: "readNode", status: 200, query: `${wait}&last_etag=NONE` },
  { id: "readNode", status: 301, path: "/computeMetadata/v1/instance/disks", query: "recursive=true" },
  { id: "readNode", status: 400, query: "timeout_sec=-1" },
  { id: "readNode", status: 404, path: "/computeMetadata/v1/instance/nothing" },
  { id: "getAccessToken", status: 200, query: "scopes=https://www.googleapis.com/auth/cloud-platform" },
  { id: "getAccessToken", status: 400, query: "enforce_scopes=no" },
  { id: "getAccessToken", status: 403, query: "enforce_scopes=true&scopes=https://www.googleapis.com/auth/none" },
  { id: "getAccessToken", status: 404, path: "/computeMetadata/v1/instance/service-accounts/x/token" },
  { id: "getIdentityToken", status: 200, query: "audience=a&format=FULL&licenses=TRUE" },
  { id: "getIdentityToken", status: 400, query: "" },
  { id: "getIdentityToken", status: 400, query: "audience=a&format=other" },
  { id: "getIdentityToken", status: 404, path: "/computeMetadata/v1/instance/service-accounts/x/identity" },
  { id: "readGuestAttributes", status: 200, query: "recursive=true" },
  { id: "readGuestNamespace", status: 404, path: "/computeMetadata/v1/instance/guest-attributes/none/" },
  { id: "readGuestAttribute", status: 404, path: "/computeMetadata/v1/instance/guest-attributes/guest-agent/none" },
  {
    id: "writeGuestAttribute",
    status: 400,
    path: `/computeMetadata/v1/instance/guest-attributes/a/${"k".repeat(129)}`,
  },
  { id: "writeGuestAttribute", status: 413, body: tooLarge },
  { id: "deleteGuestAttribute", status: 404, path: "/computeMetadata/v1/instance/guest-attributes/none/none" },
  { id: "listUsers", status: 200, query: "username=jane&view=securityKey" },
  { id: "listUsers", status: 200, query: "groupname=staff" },
  { id: "listUsers", status: 200, query: "pagetoken=1" },
  { id: "listUsers", status: 404, query: "uid=5" },
  { id: "listGroups", status: 200, query: "email=jane@example.com" },
  { id: "listGroups", status: 404, query: "groupname=none" },
  { id: "authorizeUser", status: 400, query: "email=jane" },
  { id: "startSession", status: 200, body: '{"email":"nobody","supportedChallengeTypes":[]}' },
  { id: "startSession", status: 400, body: noJson },
  { id: "startSession", status: 413, body: tooLarge },
  { id: "continueSession", status: 413, body: tooLarge },
  { id: "getNode", status: 200, path: "/emulator/v1/metadata/instance/disks/0/" },
  { id: "getNode", status: 404, path: "/emulator/v1/metadata/instance/nothing" },
  { id: "getNode", status: 400, path: "/emulator/v1/metadata/instance//name" },
  { id: "putNode", status: 400, body: "5" },
  { id: "putNode", status: 400, body: noJson },
  { id: "putNode", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "patchNode", status: 400, body: "null" },
  { id: "patchNode", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "deleteNode", status: 404, path: "/emulator/v1/metadata/instance/nothing" },
  { id: "deleteNode", status: 400, path: "/emulator/v1/metadata/" },
  { id: "putRoot", status: 400, body: "[]" },
  { id: "putRoot", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "patchRoot", status: 400, body: '{"instance":5}' },
  { id: "patchRoot", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "playEvent", status: 204, body: '{"type":"upcoming-maintenance","cancel":true}' },
  { id: "playEvent", status: 400, body: '{"type":"preemtion"}' },
  { id: "playEvent", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "putFaults", status: 204, body: '[{"path":"/nowhere","upstream":"reset"}]' },
  { id: "getFaults", status: 200 },
  { id: "putFaults", status: 400, body: '[{"path":"/"}]' },
  { id: "putFaults", status: 400, body: '{"path":"/nowhere","upstream":"reset"}' },
  { id: "putFaults", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "addFault", status: 400, body: '{"path":"/","drop":false}' },
  { id: "addFault", status: 413, body: `"${"x".repeat(1024 * 1024)}"` },
  { id: "deleteFaults", status: 204 },
  { id: "getMetrics", status: 200, headers: { Accept: "application/openmetrics-text" } },
  { id: "getInspectorAsset", status: 404, path: "/emulator/none.js" },
];

/** What cannot be shown here, and why. */
export const unshown: Readonly<Record<string, string>> = {
  "408": "takes half a minute: test/unit/http/body.test.ts",
  "429": "a thousand requests: test/unit/tokens/mint-limit.test.ts, test/unit/http/guest-attributes.test.ts",
  "4XX": "needs an upstream that refuses: test/unit/tokens/fault-matrix.test.ts",
  "500": "needs a broken source: test/unit/tokens/fault-matrix.test.ts",
  "503": "needs ten thousand waiters, or a server that ends: test/served/waiters.test.ts, test/served/start.test.ts",
};
