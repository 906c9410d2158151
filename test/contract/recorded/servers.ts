/**
 * Answers of the servers that the other presets imitate (mds-behaviour.md 11), and of OS Login (9).
 *
 * @module
 */
import { instance, v1 } from "../wire/expectations.ts";
import { fixed, type RecordedAnswer, untold } from "./answer.ts";

const gkeHead = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };

const gke: readonly RecordedAnswer[] = [
  {
    source: "CAP-GKE",
    section: "11",
    setup: "gke",
    request: { target: "/", flavor: null },
    status: 403,
    headers: { ...gkeHead, Date: untold, "Content-Length": "94" },
    body: 'GKE Metadata Server encountered an error: Missing required header "Metadata-Flavor": "Google"\n',
    explained: [
      ...fixed,
      { where: "Server", why: "Known from its 200; whether errors carry it was not recorded" },
      { where: "X-XSS-Protection", why: "Every answer of ours carries it" },
      { where: "X-Frame-Options", why: "Every answer of ours carries it" },
    ],
  },
  {
    source: "CAP-GKE",
    section: "11",
    setup: "gke",
    request: { target: "/" },
    status: 200,
    headers: {
      "Metadata-Flavor": "Google",
      "Content-Type": "application/text",
      Server: "GKE Metadata Server",
      Date: untold,
      "Content-Length": "17",
    },
    body: "computeMetadata/\n",
    explained: [
      ...fixed,
      { where: "X-XSS-Protection", why: "Every answer of ours carries it" },
      { where: "X-Frame-Options", why: "Every answer of ours carries it" },
    ],
  },
  {
    source: "CAP-GKE",
    section: "11",
    setup: "gke",
    request: { target: `${v1}/` },
    status: 200,
    body: "instance/\nproject/\n",
  },
  {
    source: "google-auth-library-python 745",
    section: "11",
    setup: "gke",
    request: { target: `${instance}/nothing` },
    status: 404,
    body: "Not Found\n",
  },
];

const osLogin: readonly RecordedAnswer[] = (
  [
    ["users?pagesize=10&pagetoken=3", '{"nextPageToken":"0"}'],
    ["users?groupname=empty", '{"nextPageToken":"0"}'],
    ["groups?groupname=demo", '{"posixGroups":[{"name":"demo","gid":123452}],"nextPageToken":"0"}'],
    ["authorize?email=alice@example.com&policy=login", '{"success":true}'],
    ["authorize?email=bob@example.com&policy=login", '{"success":false}'],
  ] as const
).map(([query, body]) => ({
  source: "SRC-OSL",
  section: "9",
  setup: "bare",
  request: { target: `${v1}/oslogin/${query}` },
  status: 200,
  body,
}));

/** What was recorded of the other servers and of OS Login. */
export const servers: readonly RecordedAnswer[] = [...gke, ...osLogin];
