/**
 * Answers that were recorded with their heads: `curl -v` of real servers, and Google's own test of GRR.
 *
 * @module
 */
import { instance, v1 } from "../wire/expectations.ts";
import { fixed, ownPage, type RecordedAnswer, untold, value } from "./answer.ts";

const standing = {
  "Metadata-Flavor": "Google",
  Server: "Metadata Server for VM",
  "X-XSS-Protection": "0",
  "X-Frame-Options": "SAMEORIGIN",
};
const html = "text/html; charset=UTF-8";

/** Refusals and missing keys: the sentences that clients and people read. */
const refusals: readonly RecordedAnswer[] = [
  {
    source: "CAP-403",
    section: "1.1",
    setup: "captured",
    request: { target: `${instance}/name`, flavor: null },
    status: 403,
    headers: {
      ...standing,
      Date: "Wed, 22 Feb 2023 23:32:53 GMT",
      "Content-Type": html,
      Connection: "Close",
      "Content-Length": "1649",
    },
    body: [
      "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n",
      "<b>403.</b>",
      `Your client does not have permission to get URL <code>${instance}/name</code> from this server.`,
      " Missing Metadata-Flavor:Google header.",
    ],
    explained: ownPage,
  },
  {
    source: "CAP-NR",
    section: "1.1",
    setup: "captured",
    request: { target: `${instance}/?recursive=true`, flavor: null },
    status: 403,
    body: [
      `permission to get URL <code>${instance}/?recursive=true</code> from this server. Missing Metadata-Flavor:Google header.`,
    ],
  },
  {
    source: "CAP-404",
    section: "1.6",
    setup: "captured",
    request: { target: `${v1}/universe/universe_domain` },
    status: 404,
    headers: {
      ...standing,
      Date: untold,
      "Content-Type": html,
      "Content-Length": "1604",
    },
    explained: ownPage,
  },
  {
    source: "CAP-404B",
    section: "1.6",
    setup: "captured",
    request: { target: `${v1}/universe/universe_domain` },
    status: 404,
    body: [
      "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n",
      "<title>Error 404 (Not Found)",
      `<p>The requested URL <code>${v1}/universe/universe_domain</code> was not found on this server.`,
    ],
  },
  {
    source: "google-auth-library-java 282",
    section: "8",
    setup: "captured",
    request: { target: "/v0.1/meta-data/" },
    status: 404,
    body: ["<code>/v0.1/meta-data/</code> was not found on this server."],
  },
  {
    source: "DOC-LEGACY",
    section: "8",
    setup: "rich",
    request: { target: "/computeMetadata/v1beta1/project/project-id", flavor: null },
    status: 403,
    body: [
      "permission to get URL <code>/computeMetadata/v1beta1/project/project-id</code> from this server.",
      " Legacy metadata endpoint accessed: /computeMetadata/v1beta1/project/project-id\n",
      "Legacy metadata endpoints are disabled. Please use the /v1/ endpoint.",
    ],
  },
];

/** The root, redirects and a value. */
const answers: readonly RecordedAnswer[] = [
  {
    source: "CAP-ROOT23",
    section: "1.5",
    setup: "captured",
    request: { target: "/", flavor: null },
    status: 200,
    headers: {
      ...standing,
      "Content-Type": "application/text",
      Date: "Tue, 18 Apr 2023 11:20:43 GMT",
      "Content-Length": "17",
    },
    body: "computeMetadata/\n",
    explained: fixed,
  },
  {
    source: "google-auth-library-java 282",
    section: "1.5",
    setup: "captured",
    request: { target: "/", host: "169.254.169.254", flavor: "Not Google" },
    status: 200,
    body: "computeMetadata/\n",
  },
  {
    source: "CAP-301",
    section: "2",
    setup: "captured",
    request: { target: instance },
    status: 301,
    headers: {
      ...standing,
      Location: "http://metadata.google.internal/computeMetadata/v1/instance/",
      Date: "Mon, 26 Aug 2019 17:40:25 GMT",
      "Content-Type": "text/html",
      "Content-Length": "30",
    },
    body: "/computeMetadata/v1/instance/\n",
    explained: fixed,
  },
  {
    source: "salrashid123/gce_metadata_server 3",
    section: "2",
    setup: "captured",
    request: { target: `${instance}/service-accounts` },
    status: 301,
    headers: {
      ...standing,
      Location: "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/",
      Date: untold,
      "Content-Type": "text/html",
      "Content-Length": "47",
    },
    explained: fixed,
  },
  {
    source: "gcp-metadata 361",
    section: "2",
    setup: "captured",
    request: { target: instance, host: "metadata.google.internal." },
    status: 301,
    headers: {
      ...standing,
      Location: "http://metadata.google.internal./computeMetadata/v1/instance/",
      Date: untold,
      "Content-Type": "text/html",
      "Content-Length": "30",
    },
    explained: fixed,
  },
  {
    source: "CAP-WL",
    section: "2",
    setup: "documented",
    request: { target: `${instance}/partner-attributes/iam.googleapis.com` },
    status: 301,
    body: `${instance}/partner-attributes/iam.googleapis.com/\n`,
  },
  {
    source: "CAP-GRR",
    section: "1.6",
    setup: "captured",
    request: { target: `${instance}/zone` },
    status: 200,
    headers: {
      ...standing,
      "Content-Type": "application/text",
      ETag: "f98eb48e18111526",
      Date: "Fri, 14 Feb 2025 11:50:42 GMT",
      "Content-Length": "41",
    },
    body: "projects/129731223780/zones/us-central1-c",
    explained: value,
  },
];

/** Answers of which the head is known. */
export const heads: readonly RecordedAnswer[] = [...refusals, ...answers];
