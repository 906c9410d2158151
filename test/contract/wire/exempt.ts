/**
 * Paths that ask for no header: the root that clients probe, and what other clouds' clients look for
 * (mds-behaviour.md 1.5; clients.md R1, R19).
 *
 * @module
 */
import { listing, notFound, text } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";

const root = {
  ...text("computeMetadata/\n"),
  headers: { "Content-Type": "application/text", "Content-Length": "17" },
  absent: ["ETag"],
};

const exempt = section("1.5", [
  {
    id: "root",
    grade: "CONFIRMED",
    title: "GET / answers without the header: that is how clients find out where they are (R1)",
    request: { target: "/", flavor: null },
    expect: root,
  },
  {
    id: "root-with-flavor",
    grade: "CONFIRMED",
    title: "GET / with the header answers the same",
    request: { target: "/" },
    expect: root,
  },
  {
    id: "root-wrong-flavor",
    grade: "CONFIRMED",
    title: "GET / ignores a wrong Metadata-Flavor",
    request: { target: "/", flavor: "Not Google" },
    expect: root,
  },
  {
    id: "root-query",
    grade: "LIKELY",
    title: "GET / ignores its query",
    request: { target: "/?recursive=true", flavor: null },
    expect: root,
  },
  {
    id: "compute-metadata",
    grade: "LIKELY",
    title: "/computeMetadata/ answers without the header and lists v1/",
    request: { target: "/computeMetadata/", flavor: null },
    expect: { ...listing("v1/"), headers: { "Content-Type": "application/text" } },
  },
  {
    id: "aws-token-probe",
    grade: "CONFIRMED",
    title: "The AWS probe PUT /latest/api/token gets a 4xx that carries Metadata-Flavor (R19)",
    request: { method: "PUT", target: "/latest/api/token", flavor: null },
    expect: { status: [403, 404, 405] },
  },
  {
    id: "aws-metadata-probe",
    grade: "CONFIRMED",
    title: "GET /latest/meta-data/ is not found (R19)",
    request: { target: "/latest/meta-data/", flavor: null },
    expect: notFound("/latest/meta-data/"),
  },
  {
    id: "azure-probe",
    grade: "CONFIRMED",
    title: "GET /metadata/instance, Azure's probe, is not found (R19)",
    request: { target: "/metadata/instance?api-version=2021-02-01", flavor: null },
    expect: { status: 404 },
  },
]);

/** Rules about paths without header. */
export const exemptRules: readonly Rule[] = exempt;
