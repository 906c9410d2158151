/**
 * The query parameters `recursive` and `alt`, and what listings and list leaves look like with them (mds-behaviour.md 2,
 * 3.2; clients.md R10).
 *
 * @module
 */
import { account, badRequest, instance, json, jsonThat, listing, redirect, text, v1 } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const disks = `${instance}/disks/`;
const diskText = "0/device-name boot\n0/index 0\n0/interface SCSI\n0/mode READ_WRITE\n0/type PERSISTENT\n";
const diskText1 = "1/device-name data\n1/index 1\n1/interface NVME\n1/mode READ_WRITE\n1/type PERSISTENT-SSD\n";
const diskJson =
  '[{"deviceName":"boot","index":0,"interface":"SCSI","mode":"READ_WRITE","type":"PERSISTENT"},{"deviceName":"data","index":1,"interface":"NVME","mode":"READ_WRITE","type":"PERSISTENT-SSD"}]';

const formats = section(
  "3.2",
  [
    {
      id: "recursive-json",
      grade: "CONFIRMED",
      title: "recursive=true gives JSON",
      request: { target: `${disks}?recursive=true` },
      expect: json(diskJson),
    },
    {
      id: "recursive-alt-json",
      grade: "CONFIRMED",
      title: "recursive=true&alt=json gives JSON",
      request: { target: `${disks}?recursive=true&alt=json` },
      expect: json(diskJson),
    },
    {
      id: "recursive-text",
      grade: "CONFIRMED",
      title: "alt=text gives one `path value` line per leaf, relative to the directory",
      request: { target: `${disks}?recursive=true&alt=text` },
      expect: text(diskText + diskText1),
    },
    {
      id: "recursive-text-relative",
      grade: "CONFIRMED",
      title: "Paths are relative to the directory that was asked for",
      request: { target: `${disks}1/?recursive=true&alt=text` },
      expect: text(diskText1.replaceAll(/^1\//gm, "")),
    },
    {
      id: "recursive-text-lists",
      grade: "CONFIRMED",
      title: "A list repeats its path; empty lists and the endpoints print nothing",
      request: { target: `${instance}/service-accounts/default/?recursive=true&alt=text` },
      expect: text(`aliases default\nemail ${rich.email}\nscopes ${rich.scopes[0]}\nscopes ${rich.scopes[1]}\n`),
    },
    {
      id: "recursive-text-multi-line",
      grade: "CONFIRMED",
      title: "Values of several lines are printed raw",
      request: { target: `${instance}/attributes/?recursive=true&alt=text` },
      expect: { ...text({ contains: [`\nssh-keys ${rich.sshKeys}\nsshKeys old\n`] }) },
    },
    {
      id: "recursive-text-ip-lists",
      grade: "CONFIRMED",
      title: "Lists that are directories are printed like list leaves or by index; nothing is printed for an empty one",
      request: { target: `${instance}/network-interfaces/1/?recursive=true&alt=text` },
      expect: text({
        says: "no line for empty lists",
        check: (body) =>
          /^(?:access-configs|forwarded-ips|ip-aliases|target-instance-ips)/m.test(body)
            ? "an empty list has a line"
            : undefined,
      }),
    },
    {
      id: "leaf-recursive-text",
      grade: "CONFIRMED",
      title: "recursive=true&alt=text on a leaf gives the bare value",
      request: { target: `${instance}/id?recursive=true&alt=text` },
      expect: text(String(rich.id)),
    },
    {
      id: "leaf-recursive",
      grade: "CONFIRMED",
      title: "recursive=true on a text leaf gives the leaf, unquoted (R10)",
      request: { target: `${instance}/name?recursive=true` },
      expect: text("grr-vm"),
    },
    {
      id: "leaf-json-string",
      grade: "LIKELY",
      title: "alt=json on a string leaf gives a JSON string",
      request: { target: `${instance}/name?alt=json` },
      expect: json('"grr-vm"'),
    },
    {
      id: "leaf-json-number",
      grade: "LIKELY",
      title: "alt=json on a number gives all its digits",
      request: { target: `${instance}/id?alt=json` },
      expect: json(String(rich.id)),
    },
    {
      id: "leaf-json-list",
      grade: "CONFIRMED",
      title: "scopes?alt=json gives an array (R22)",
      request: { target: `${account}/scopes?alt=json` },
      expect: json(JSON.stringify(rich.scopes)),
    },
    {
      id: "tags-json-by-default",
      grade: "CONFIRMED",
      title: "tags are JSON by default",
      section: "2",
      request: { target: `${instance}/tags` },
      expect: json('["http-server","db-client"]'),
    },
    {
      id: "tags-text",
      grade: "CONFIRMED",
      title: "tags?alt=text gives one per line",
      section: "2",
      request: { target: `${instance}/tags?alt=text` },
      expect: text(/^http-server\ndb-client\n?$/),
    },
    {
      id: "directory-json",
      grade: "UNKNOWN-chosen",
      title: "alt=json on a directory that is not recursive is refused",
      request: { target: `${disks}?alt=json` },
      expect: badRequest,
    },
    {
      id: "directory-text",
      grade: "CONFIRMED",
      title: "alt=text on a directory lists it",
      request: { target: `${disks}?alt=text` },
      expect: listing("0/", "1/"),
    },
    {
      id: "alt-empty",
      grade: "UNKNOWN-chosen",
      title: "alt= without a value is as good as none",
      request: { target: `${instance}/id?alt=` },
      expect: text(String(rich.id)),
    },
    ...["xml", "JSON"].map((value) => ({
      id: `alt-bad-${value}`,
      grade: "UNKNOWN-chosen" as const,
      title: `alt=${value} is refused`,
      request: { target: `${instance}/id?alt=${value}` },
      expect: badRequest,
    })),
    {
      id: "recursive-needs-slash",
      grade: "CONFIRMED",
      title: "recursive=true without the slash redirects first, query kept",
      section: "2",
      request: { target: `${v1}?recursive=true` },
      expect: redirect(`http://metadata.google.internal${v1}/?recursive=true`, /^\/computeMetadata\/v1\//),
    },
    {
      id: "recursive-of-the-whole",
      grade: "CONFIRMED",
      title: "The whole tree is one JSON document of instance, oslogin and project",
      request: { target: `${v1}/?recursive=True` },
      expect: json(
        jsonThat("exactly instance, oslogin, project", (value: object) => {
          const keys = Object.keys(value).join();
          return keys === "instance,oslogin,project" ? undefined : `has ${keys}`;
        }),
      ),
    },
  ],
  "rich",
);

/** Rules about formats. */
export const queryRules: readonly Rule[] = formats;
